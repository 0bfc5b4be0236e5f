#include "learners/files/safetensors.h"

#include <algorithm>
#include <bit>
#include <boost/json.hpp>
#include <cmath>

#include "base/text.h"
#include "formats/inspect.h"

namespace weighhouse::learners {
namespace {

static_assert(std::endian::native == std::endian::little,
              "safetensors are little-endian, and so are the bytes copied here");

namespace json = boost::json;

constexpr std::uint64_t kMaxHeaderBytes = std::uint64_t{32} << 20U;

}  // namespace

std::string write_safetensors(std::span<const TensorPart> parts, json::object metadata) {
  json::object header;
  header.emplace("__metadata__", std::move(metadata));
  std::size_t offset = 0;
  for (const TensorPart& part : parts) {
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
  text.append((8 - text.size() % 8) % 8, ' ');
  const std::uint64_t header_bytes = text.size();
  std::string file{reinterpret_cast<const char*>(&header_bytes), sizeof(header_bytes)};
  file.reserve(file.size() + text.size() + offset);
  file += text;
  for (const TensorPart& part : parts) file += part.bytes;
  return file;
}

Result<SafetensorsReader> SafetensorsReader::open(const RandomAccess& file, std::string_view what,
                                                  std::uint64_t limit_bytes) {
  if (file.size_bytes() > limit_bytes) {
    return fail(ErrorCode::kResourceExhausted, "The model has " + format_size(file.size_bytes()) +
                                                   ", and the limit is " + format_size(limit_bytes) + ".");
  }
  const formats::InspectLimits limits{
      .header_bytes = kMaxHeaderBytes, .tensors = 64, .entries = 64, .metadata_value_bytes = kMaxHeaderBytes};
  auto report = TRY(formats::inspect(file, "model.safetensors", limits));
  SafetensorsReader reader{file, what, std::move(report)};
  const auto& seen = reader.report_;
  if (seen.format != formats::Format::kSafetensors || seen.level != formats::Level::kDataOnly) {
    const std::string found = seen.findings.empty() ? std::string{} : " (" + seen.findings.front().message + ")";
    return reader.refused("it is no well-formed safetensors file" + found);
  }
  return reader;
}

tl::unexpected<Error> SafetensorsReader::refused(const std::string& reason) const {
  return fail(ErrorCode::kInvalidArgument, "This is not a " + what_ + " that can be loaded: " + reason + ".");
}

bool SafetensorsReader::has_text(std::string_view key) const {
  return std::any_of(report_.metadata.begin(), report_.metadata.end(),
                     [key](const auto& entry) { return entry.first == key; });
}

Result<std::string> SafetensorsReader::text(std::string_view key) const {
  for (const auto& [name, value] : report_.metadata) {
    if (name == key) return value;
  }
  return refused("its metadata has no \"" + std::string{key} + "\"");
}

Result<float> SafetensorsReader::positive(std::string_view key) const {
  const std::string word = TRY(text(key));
  const auto value = static_cast<float>(parse_double(word).value_or(0.0));
  if (!std::isfinite(value) || !(value > 0.0F))
    return refused("\"" + std::string{key} + "\" is not a finite number above 0");
  return value;
}

Result<std::size_t> SafetensorsReader::count(std::string_view key) const {
  constexpr std::int64_t kMost = 65'536;
  const auto value = parse_int(TRY(text(key)));
  if (!value || *value < 1 || *value > kMost) return refused("\"" + std::string{key} + "\" is no number above 0");
  return static_cast<std::size_t>(*value);
}

template <class T>
Result<std::vector<T>> SafetensorsReader::tensor(std::string_view name, std::string_view type,
                                                 const std::vector<std::int64_t>& shape) const {
  const auto found = std::find_if(report_.tensors.begin(), report_.tensors.end(),
                                  [&](const formats::Tensor& tensor) { return tensor.name == name; });
  if (found == report_.tensors.end()) return refused("there is no tensor " + std::string{name});
  const auto fits = [](std::int64_t wanted, std::int64_t given) { return wanted < 0 || wanted == given; };
  const bool has_shape = std::equal(shape.begin(), shape.end(), found->shape.begin(), found->shape.end(), fits);
  if (found->type != type || !has_shape || !found->extent || found->extent->length % sizeof(T) != 0)
    return refused("the tensor " + std::string{name} + " is of another type or shape");
  std::vector<T> values(found->extent->length / sizeof(T));
  const auto bytes = std::as_writable_bytes(std::span{values});
  for (std::size_t done = 0; done < bytes.size();) {
    const std::size_t count = TRY(file_.read_at(found->extent->offset + done, bytes.subspan(done)));
    if (count == 0) return refused("it ends within the tensor " + std::string{name});
    done += count;
  }
  return values;
}

Result<std::vector<float>> SafetensorsReader::floats(std::string_view name,
                                                     const std::vector<std::int64_t>& shape) const {
  auto values = TRY(tensor<float>(name, "F32", shape));
  if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
    return refused(std::string{name} + " holds what is not a finite number");
  return values;
}

Result<std::vector<std::uint64_t>> SafetensorsReader::integers(std::string_view name,
                                                               const std::vector<std::int64_t>& shape) const {
  return tensor<std::uint64_t>(name, "I64", shape);
}

}  // namespace weighhouse::learners
