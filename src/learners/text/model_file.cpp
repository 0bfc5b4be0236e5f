#include "learners/text/model_file.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "learners/files/safetensors.h"
#include "learners/text/fit.h"
#include "learners/text/record_json.h"
#include "learners/text/text_model_parts.h"

namespace weighhouse::learners {
namespace {

namespace json = boost::json;

Result<float> maybe_share(const SafetensorsReader& reader, std::string_view key) {
  if (!reader.has_text(key)) return 0.0F;  // as files of earlier versions
  const double share = parse_double(TRY(reader.text(key))).value_or(-1.0);
  if (!(share >= 0.0 && share < 1.0)) return reader.refused("\"" + std::string{key} + "\" is not a share below 1");
  return static_cast<float>(share);
}

Result<std::vector<std::string>> labels_in(const SafetensorsReader& reader) {
  const std::string listed = TRY(reader.text("labels"));
  json::error_code error;
  const json::value value = json::parse(listed, error);
  if (error || !value.is_array()) return reader.refused("\"labels\" is not a JSON array");
  std::vector<std::string> labels;
  for (const json::value& label : value.get_array()) {
    if (!label.is_string()) return reader.refused("a label is not a text");
    labels.emplace_back(std::string_view{label.get_string()});
  }
  const bool is_rising = std::adjacent_find(labels.begin(), labels.end(), std::greater_equal<>{}) == labels.end();
  if (labels.size() < 2 || labels.size() > kMaxLabels || !is_rising || labels.front().empty())
    return reader.refused("its labels are not at least two different texts in order");
  return labels;
}

}  // namespace

std::string to_safetensors(const TextModel& model) {
  const TextModelParts& parts = model.parts();
  json::array labels;
  for (const std::string& label : parts.labels) labels.emplace_back(label);
  json::object metadata;
  metadata.emplace("format", parts.meaning == 0 ? kTextModelFormat : kEncodedTextModelFormat);
  metadata.emplace("labels", json::serialize(labels));
  metadata.emplace("record", to_json(parts.record));
  metadata.emplace("sharpness", format_number(static_cast<double>(parts.sharpness)));
  metadata.emplace("doubt", format_number(static_cast<double>(parts.doubt)));
  metadata.emplace("unseen_weight", format_number(static_cast<double>(parts.space.unseen_weight())));
  if (parts.meaning > 0) metadata.emplace("meaning", std::to_string(parts.meaning));
  const std::size_t ngrams = parts.space.size();
  const std::size_t classes = parts.labels.size();
  const std::vector<TensorPart> tensors{
      {"ngram.names", "I64", {ngrams}, bytes_of(parts.space.names())},
      {"ngram.weights", "F32", {ngrams}, bytes_of(parts.space.weights())},
      {"head.weight", "F32", {parts.head.dimensions, classes}, bytes_of(std::span<const float>{parts.head.weights})},
      {"head.bias", "F32", {classes}, bytes_of(std::span<const float>{parts.head.bias})},
  };
  return write_safetensors(tensors, std::move(metadata));
}

Result<TextModel> read_text_model(const RandomAccess& file, std::uint64_t limit_bytes) {
  const auto reader = TRY(SafetensorsReader::open(file, "text model", limit_bytes));
  const std::string format = TRY(reader.text("format"));
  if (format != kTextModelFormat && format != kEncodedTextModelFormat) {
    return reader.refused("its format is \"" + printable(format, 40) + "\", and this program reads \"" +
                          std::string{kTextModelFormat} + "\" and \"" + std::string{kEncodedTextModelFormat} + "\"");
  }
  const std::size_t meaning = format == kEncodedTextModelFormat ? TRY(reader.count("meaning")) : 0;
  auto labels = TRY(labels_in(reader));
  auto record = TRY(parse_training_record(TRY(reader.text("record"))));
  const float sharpness = TRY(reader.positive("sharpness"));
  const float doubt = TRY(maybe_share(reader, "doubt"));
  const float unseen_weight = TRY(reader.positive("unseen_weight"));
  const auto classes = static_cast<std::int64_t>(labels.size());
  auto names = TRY(reader.integers("ngram.names", {-1}));
  const auto ngrams = static_cast<std::int64_t>(names.size());
  auto rarities = TRY(reader.floats("ngram.weights", {ngrams}));
  detail::Head head;
  head.dimensions = names.size() + meaning;
  head.classes = labels.size();
  head.weights = TRY(reader.floats("head.weight", {static_cast<std::int64_t>(head.dimensions), classes}));
  head.bias = TRY(reader.floats("head.bias", {classes}));
  auto space = features::NgramSpace::restore(std::move(names), std::move(rarities), unseen_weight);
  if (!space) return fail(space.error());
  return TextModel{
      {std::move(labels), std::move(*space), std::move(head), sharpness, std::move(record), meaning, nullptr, doubt}};
}

}  // namespace weighhouse::learners
