#include "learners/text/torch_export.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "features/folding_tables.h"
#include "learners/files/attributes.h"
#include "learners/files/stored_zip.h"
#include "learners/text/record_json.h"
#include "learners/text/text_model_parts.h"
#include "learners/text/torchscript/program.h"

namespace weighhouse::learners {
namespace {

using torchscript::Attributes;

constexpr std::string_view kFolder = "classifier";
// The oldest version whose meaning is that of today for what the program uses: what any PyTorch since 2020 reads.
constexpr std::string_view kFileVersion = "3\n";
constexpr std::string_view kNoConstants{"\x80\x02).", 4};

// Names are numbers without a sign, and TorchScript's have one: the order that searching needs is another.
struct SignedNames {
  std::vector<std::int64_t> names;
  std::vector<std::size_t> places;  // where each is in the model's own order

  explicit SignedNames(std::span<const std::uint64_t> given) : places(given.size()) {
    std::iota(places.begin(), places.end(), std::size_t{0});
    const auto is_negative = [&](std::size_t place) { return static_cast<std::int64_t>(given[place]) < 0; };
    std::stable_partition(places.begin(), places.end(), is_negative);
    for (const std::size_t place : places) names.push_back(static_cast<std::int64_t>(given[place]));
  }
};

void add_head(const TextModelParts& parts, Attributes& attributes) {
  const SignedNames ordered{parts.space.names()};
  const std::size_t classes = parts.labels.size();
  std::vector<float> rarities;
  std::vector<float> weights;
  weights.reserve(parts.head.weights.size());
  for (const std::size_t place : ordered.places) {
    rarities.push_back(parts.space.weights()[place]);
    const auto row = parts.head.row(place);
    weights.insert(weights.end(), row.begin(), row.end());
  }
  const std::array<std::size_t, 2> shape{ordered.names.size(), classes};
  const std::span<const std::size_t> sides{shape};
  attributes.tensor("ngram_names", std::span<const std::int64_t>{ordered.names}, sides.first(1));
  attributes.tensor("ngram_weights", std::span<const float>{rarities}, sides.first(1));
  attributes.tensor("head_weight", std::span<const float>{weights}, sides);
  attributes.tensor("head_bias", std::span<const float>{parts.head.bias}, sides.last(1));
}

void add_tables(Attributes& attributes) {
  static const auto kinds = features::kind_table();
  std::string letters;
  for (const auto kind : kinds.kinds) letters += torchscript::letter_of(kind);
  attributes.text("kinds", letters);
  const std::vector<std::int64_t> pages{kinds.pages.begin(), kinds.pages.end()};
  attributes.numbers("kind_pages", pages);

  static const auto tables = features::folding_tables();
  std::map<std::int64_t, std::int64_t> short_ones;
  std::map<std::int64_t, std::vector<std::int64_t>> long_ones;
  for (const auto& [from, to] : tables.foldings) {
    if (to.size() == 1) {
      short_ones.emplace(from, to.front());
    } else {
      long_ones.emplace(from, std::vector<std::int64_t>{to.begin(), to.end()});
    }
  }
  attributes.number_map("foldings", short_ones);
  attributes.list_map("long_foldings", long_ones);
  attributes.number_map("mark_classes", {tables.mark_classes.begin(), tables.mark_classes.end()});
  constexpr std::int64_t kBeyondAll = std::int64_t{1} << 21U;  // two code points in one number
  std::map<std::int64_t, std::int64_t> pairs;
  for (const auto& one : tables.compositions)
    pairs.emplace(std::int64_t{one.first} * kBeyondAll + one.second, one.both);
  attributes.number_map("compositions", pairs);
}

}  // namespace

Result<std::string> to_torchscript(const TextModel& model) {
  const TextModelParts& parts = model.parts();
  if (model.needs_encoder()) {
    return fail(ErrorCode::kFailedPrecondition,
                "It sees texts through the encoder " + parts.record.base +
                    ", and only classifiers on words and letters are written as TorchScript. Its ONNX file takes the "
                    "encoder's vectors.");
  }
  constexpr std::size_t kMostWeights = std::size_t{256} << 20U;
  if (parts.head.weights.size() > kMostWeights) {
    return fail(ErrorCode::kFailedPrecondition, "With " + std::to_string(parts.head.weights.size()) +
                                                    " weights it would be larger than such a file may be here.");
  }
  const std::string folder{kFolder};
  torchscript::StoredZip archive;
  Attributes attributes{torchscript::kClassName, folder, archive};
  add_head(parts, attributes);
  attributes.boolean("training", false);
  attributes.real("unseen_weight", static_cast<double>(parts.space.unseen_weight()));
  attributes.real("sharpness", static_cast<double>(parts.sharpness));
  attributes.real("doubt", static_cast<double>(parts.doubt));
  attributes.texts("label_names", parts.labels);
  attributes.text("record", to_json(parts.record));
  add_tables(attributes);
  archive.add(folder + "/data.pkl", std::move(attributes).finish());
  archive.add(folder + "/code/__torch__.py", torchscript::program());
  archive.add(folder + "/constants.pkl", kNoConstants);
  archive.add(folder + "/version", kFileVersion);
  return std::move(archive).finish();
}

}  // namespace weighhouse::learners
