#include "learners/text/model_file.h"

#include <algorithm>
#include <bit>
#include <boost/json.hpp>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "formats/inspect.h"
#include "learners/text/fit.h"
#include "learners/text/record_json.h"
#include "learners/text/text_model_parts.h"

namespace weighhouse::learners {
namespace {

static_assert(std::endian::native == std::endian::little,
              "safetensors are little-endian, and so are the bytes copied here");

namespace json = boost::json;

constexpr std::uint64_t kMaxHeaderBytes = std::uint64_t{32} << 20U;

tl::unexpected<Error> refused(const std::string& reason) {
  return fail(ErrorCode::kInvalidArgument, "This is not a text model that can be loaded: " + reason + ".");
}

// A tensor of the file to be written; the bytes are borrowed.
struct Part {
  const char* name;
  const char* type;
  std::vector<std::size_t> shape;
  std::string_view bytes;
};

template <class T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

std::string header_of(std::span<const Part> parts, json::object metadata) {
  json::object header;
  header.emplace("__metadata__", std::move(metadata));
  std::size_t offset = 0;
  for (const Part& part : parts) {
    json::object entry;
    entry.emplace("dtype", part.type);
    json::array shape;
    for (const std::size_t side : part.shape) shape.emplace_back(side);
    entry.emplace("shape", std::move(shape));
    json::array range;
    range.emplace_back(offset);
    range.emplace_back(offset += part.bytes.size());
    entry.emplace("data_offsets", std::move(range));
    header.emplace(part.name, std::move(entry));
  }
  std::string text = json::serialize(header);
  // The data begin at a multiple of 8 bytes, so that readers may map them.
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}

class Reader {
 public:
  Reader(const RandomAccess& file, const formats::Report& report) : file_(file), report_(report) {}

  Result<std::string> text(std::string_view key) const {
    for (const auto& [name, value] : report_.metadata) {
      if (name == key) return value;
    }
    return refused("its metadata has no \"" + std::string{key} + "\"");
  }

  Result<float> positive(std::string_view key) const {
    const std::string word = TRY(text(key));
    const auto value = static_cast<float>(parse_double(word).value_or(0.0));
    if (!std::isfinite(value) || !(value > 0.0F)) {
      return refused("\"" + std::string{key} + "\" is not a finite number above 0");
    }
    return value;
  }

  // A share below 1; 0 where the file has none, as those of earlier versions.
  Result<float> maybe_share(std::string_view key) const {
    const auto value = text(key);
    if (!value) return 0.0F;
    const double share = parse_double(*value).value_or(-1.0);
    if (!(share >= 0.0 && share < 1.0)) return refused("\"" + std::string{key} + "\" is not a share below 1");
    return static_cast<float>(share);
  }

  Result<std::size_t> count(std::string_view key) const {
    constexpr std::int64_t kMost = 65'536;
    const auto value = parse_int(TRY(text(key)));
    if (!value || *value < 1 || *value > kMost) return refused("\"" + std::string{key} + "\" is no number above 0");
    return static_cast<std::size_t>(*value);
  }

  Result<std::vector<std::string>> labels() const {
    const std::string listed = TRY(text("labels"));
    json::error_code error;
    const json::value value = json::parse(listed, error);
    if (error || !value.is_array()) return refused("\"labels\" is not a JSON array");
    std::vector<std::string> labels;
    for (const json::value& label : value.get_array()) {
      if (!label.is_string()) return refused("a label is not a text");
      labels.emplace_back(std::string_view{label.get_string()});
    }
    const bool is_rising = std::adjacent_find(labels.begin(), labels.end(), std::greater_equal<>{}) == labels.end();
    if (labels.size() < 2 || labels.size() > kMaxLabels || !is_rising || labels.front().empty()) {
      return refused("its labels are not at least two different texts in order");
    }
    return labels;
  }

  // `shape` leaves open with -1 what the file decides.
  template <class T>
  Result<std::vector<T>> tensor(std::string_view name, std::string_view type, std::vector<std::int64_t> shape) const {
    const auto found = std::find_if(report_.tensors.begin(), report_.tensors.end(),
                                    [&](const formats::Tensor& tensor) { return tensor.name == name; });
    if (found == report_.tensors.end()) return refused("there is no tensor " + std::string{name});
    const auto fits = [](std::int64_t wanted, std::int64_t given) { return wanted < 0 || wanted == given; };
    const bool has_shape = std::equal(shape.begin(), shape.end(), found->shape.begin(), found->shape.end(), fits);
    if (found->type != type || !has_shape || !found->extent || found->extent->length % sizeof(T) != 0) {
      return refused("the tensor " + std::string{name} + " is of another type or shape");
    }
    std::vector<T> values(found->extent->length / sizeof(T));
    const auto bytes = std::as_writable_bytes(std::span{values});
    for (std::size_t done = 0; done < bytes.size();) {
      const std::size_t count = TRY(file_.read_at(found->extent->offset + done, bytes.subspan(done)));
      if (count == 0) return refused("it ends within the tensor " + std::string{name});
      done += count;
    }
    return values;
  }

 private:
  const RandomAccess& file_;
  const formats::Report& report_;
};

bool all_finite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
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
  const std::vector<Part> tensors{
      {"ngram.names", "I64", {ngrams}, bytes_of(parts.space.names())},
      {"ngram.weights", "F32", {ngrams}, bytes_of(parts.space.weights())},
      {"head.weight", "F32", {parts.head.dimensions, classes}, bytes_of(std::span<const float>{parts.head.weights})},
      {"head.bias", "F32", {classes}, bytes_of(std::span<const float>{parts.head.bias})},
  };
  const std::string header = header_of(tensors, std::move(metadata));
  const std::uint64_t header_bytes = header.size();
  std::string file{reinterpret_cast<const char*>(&header_bytes), sizeof(header_bytes)};
  std::size_t size = file.size() + header.size();
  for (const Part& tensor : tensors) size += tensor.bytes.size();
  file.reserve(size);
  file += header;
  for (const Part& tensor : tensors) file += tensor.bytes;
  return file;
}

Result<TextModel> read_text_model(const RandomAccess& file, std::uint64_t limit_bytes) {
  if (file.size_bytes() > limit_bytes) {
    return fail(ErrorCode::kResourceExhausted, "The model has " + format_size(file.size_bytes()) +
                                                   ", and the limit is " + format_size(limit_bytes) + ".");
  }
  const formats::InspectLimits limits{
      .header_bytes = kMaxHeaderBytes, .tensors = 16, .entries = 16, .metadata_value_bytes = kMaxHeaderBytes};
  const formats::Report report = TRY(formats::inspect(file, "model.safetensors", limits));
  if (report.format != formats::Format::kSafetensors || report.level != formats::Level::kDataOnly) {
    const std::string found = report.findings.empty() ? std::string{} : " (" + report.findings.front().message + ")";
    return refused("it is no well-formed safetensors file" + found);
  }
  const Reader reader{file, report};
  const std::string format = TRY(reader.text("format"));
  if (format != kTextModelFormat && format != kEncodedTextModelFormat) {
    return refused("its format is \"" + printable(format, 40) + "\", and this program reads \"" +
                   std::string{kTextModelFormat} + "\" and \"" + std::string{kEncodedTextModelFormat} + "\"");
  }
  const std::size_t meaning = format == kEncodedTextModelFormat ? TRY(reader.count("meaning")) : 0;
  auto labels = TRY(reader.labels());
  auto record = TRY(parse_training_record(TRY(reader.text("record"))));
  const float sharpness = TRY(reader.positive("sharpness"));
  const float doubt = TRY(reader.maybe_share("doubt"));
  const float unseen_weight = TRY(reader.positive("unseen_weight"));
  const auto classes = static_cast<std::int64_t>(labels.size());
  auto names = TRY(reader.tensor<std::uint64_t>("ngram.names", "I64", {-1}));
  const auto ngrams = static_cast<std::int64_t>(names.size());
  auto rarities = TRY(reader.tensor<float>("ngram.weights", "F32", {ngrams}));
  detail::Head head;
  head.dimensions = names.size() + meaning;
  head.classes = labels.size();
  head.weights = TRY(reader.tensor<float>("head.weight", "F32", {static_cast<std::int64_t>(head.dimensions), classes}));
  head.bias = TRY(reader.tensor<float>("head.bias", "F32", {classes}));
  if (!all_finite(head.weights) || !all_finite(head.bias)) return refused("a weight is not a finite number");
  auto space = features::NgramSpace::restore(std::move(names), std::move(rarities), unseen_weight);
  if (!space) return fail(space.error());
  return TextModel{
      {std::move(labels), std::move(*space), std::move(head), sharpness, std::move(record), meaning, nullptr, doubt}};
}

}  // namespace weighhouse::learners
