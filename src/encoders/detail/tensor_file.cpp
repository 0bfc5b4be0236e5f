#include "encoders/detail/tensor_file.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/text.h"
#include "formats/inspect.h"

namespace weighhouse::encoders::detail {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian");

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(ErrorCode::kInvalidArgument, "The encoder's weights cannot be used: " + what);
}

float from_half(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000U) << 16U;
  const std::uint32_t exponent = (half >> 10U) & 0x1FU;
  const std::uint32_t fraction = half & 0x3FFU;
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000U | fraction << 13U);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23U | fraction << 13U);
  const float tiny = static_cast<float>(fraction) * 0x1p-24F;
  return sign != 0 ? -tiny : tiny;
}

float from_bfloat(std::uint16_t value) { return std::bit_cast<float>(std::uint32_t{value} << 16U); }

}  // namespace

Result<TensorFile> TensorFile::open(const RandomAccess& file) {
  auto report = TRY(formats::inspect(file, "weights.safetensors"));
  if (report.format != formats::Format::kSafetensors || report.level != formats::Level::kDataOnly)
    return wrong(report.findings.empty() ? "it is no well-formed safetensors file." : report.findings.front().message);
  return TensorFile{file, std::move(report)};
}

Result<> TensorFile::read(const std::string& name, const std::vector<std::size_t>& shape,
                          std::vector<float>& values) const {
  const std::string whole = prefix_ + name;
  const auto found = std::find_if(report_.tensors.begin(), report_.tensors.end(),
                                  [&](const formats::Tensor& tensor) { return tensor.name == whole; });
  if (found == report_.tensors.end()) return wrong("there is no tensor " + whole + ".");
  const auto same = [](std::size_t wanted, std::int64_t given) { return static_cast<std::int64_t>(wanted) == given; };
  if (!std::equal(shape.begin(), shape.end(), found->shape.begin(), found->shape.end(), same) || !found->extent)
    return wrong("the tensor " + whole + " has another shape than the network's measures say.");
  std::size_t count = 1;
  for (const auto side : shape) count *= side;
  const std::size_t width = found->type == "F32" ? 4 : 2;
  if (found->type != "F32" && found->type != "F16" && found->type != "BF16")
    return wrong("the tensor " + whole + " has the type " + printable(found->type, 20) + ".");
  if (found->extent->length != count * width) return wrong("the tensor " + whole + " is of another length.");
  const std::size_t begin = values.size();
  values.resize(begin + count);
  const std::span<float> numbers{values.data() + begin, count};
  if (width == 4) {
    TRY(read_bytes(found->extent->offset, std::as_writable_bytes(numbers), whole));
  } else {
    std::vector<std::uint16_t> halves(count);
    TRY(read_bytes(found->extent->offset, std::as_writable_bytes(std::span{halves}), whole));
    std::transform(halves.begin(), halves.end(), numbers.begin(), found->type == "F16" ? from_half : from_bfloat);
  }
  if (!std::all_of(numbers.begin(), numbers.end(), [](float number) { return std::isfinite(number); }))
    return wrong("the tensor " + whole + " has numbers that are not finite.");
  return {};
}

Result<> TensorFile::read_bytes(std::uint64_t offset, std::span<std::byte> bytes, const std::string& name) const {
  while (!bytes.empty()) {
    const auto count = TRY(file_.read_at(offset, bytes));
    if (count == 0) return wrong("the file ends within the tensor " + name + ".");
    offset += count;
    bytes = bytes.subspan(count);
  }
  return {};
}

}  // namespace weighhouse::encoders::detail
