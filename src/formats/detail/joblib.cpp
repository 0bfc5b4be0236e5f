#include "formats/detail/joblib.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "formats/detail/element_type.h"
#include "formats/detail/report_writer.h"
#include "formats/detail/torch_tensor.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::size_t kMostDimensions = 64;
constexpr std::size_t kLongestCode = 40;

struct Element {
  std::string type;
  std::uint64_t size_bytes = 0;
};

constexpr auto kNumbers = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"b1", "BOOL"},
    {"c16", "C128"},
    {"c8", "C64"},
    {"f2", "F16"},
    {"f4", "F32"},
    {"f8", "F64"},
    {"i1", "I8"},
    {"i2", "I16"},
    {"i4", "I32"},
    {"i8", "I64"},
    {"u1", "U8"},
    {"u2", "U16"},
    {"u4", "U32"},
    {"u8", "U64"},
});

// numpy's code: a letter for the kind, then the bytes of an element; of texts, their characters.
std::optional<Element> parse_code(std::string_view code) {
  const auto* const number = std::ranges::find(kNumbers, code, &std::pair<std::string_view, std::string_view>::first);
  if (number != kNumbers.end()) {
    return Element{std::string{number->second}, element_bits(number->second).value_or(0) / 8};
  }
  if (code.empty() || code.front() == '[') return std::nullopt;
  if (code.front() == 'O') return Element{"OBJECT", 0};
  const auto size = parse_int(code.substr(0, code.find('[')).substr(1));  // "M8[ns]"
  if (!size || *size < 0 || *size > (std::int64_t{1} << 40U)) return std::nullopt;
  const auto bytes = static_cast<std::uint64_t>(*size);
  if (code.front() == 'U') return Element{"STRING", bytes * 4};
  if (code.front() == 'S') return Element{"STRING", bytes};
  return Element{ReportWriter::shown(code, kLongestCode), bytes};
}

std::optional<std::vector<std::int64_t>> parse_shape(const PickleValues& values, ValueId id) {
  const auto sizes = values.items(id);
  if (values[id].kind != ValueKind::kTuple || sizes.size() > kMostDimensions) return std::nullopt;
  std::vector<std::int64_t> shape;
  for (const auto size : sizes) {
    if (values[size].kind != ValueKind::kInt) return std::nullopt;
    shape.push_back(values[size].number);
  }
  return shape;
}

// numpy.dtype("f4", …) with a state whose second part is the byte order.
bool is_big_endian(const PickleValues& values, const Value& dtype) {
  const auto state = values.items(dtype.state);
  return state.size() >= 2 && values[state[1]].text == ">";
}

}  // namespace

bool is_joblib_wrapper(const PickleValues& values, const PickleEvents& events, ValueId id) {
  if (values[id].kind != ValueKind::kCall) return false;
  const auto* const callee = global_of(values, events, id);
  // scikit-learn once carried a joblib of its own.
  return callee != nullptr && callee->name == "NumpyArrayWrapper" &&
         (callee->module == "joblib.numpy_pickle" || callee->module == "sklearn.externals.joblib.numpy_pickle");
}

std::optional<JoblibArray> parse_joblib_array(const PickleValues& values, const PickleEvents& events, ValueId id) {
  const ValueId state = values[id].state;
  const auto items = values.items(state);
  if (values[state].kind != ValueKind::kDict) return std::nullopt;
  JoblibArray array;
  std::optional<std::vector<std::int64_t>> shape;
  std::optional<Element> element;
  bool is_row_major = false;
  bool is_little = false;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    const auto key = values[items[i]].text;
    const Value& value = values[items[i + 1]];
    if (key == "shape") shape = parse_shape(values, items[i + 1]);
    if (key == "order") is_row_major = value.text == "C";
    if (key == "numpy_array_alignment_bytes") array.is_padded = value.kind == ValueKind::kInt;
    if (key != "dtype") continue;
    const auto* const dtype = global_of(values, events, items[i + 1]);
    const auto args = values.items(value.args);
    if (dtype == nullptr || dtype->name != "dtype" || args.empty()) return std::nullopt;
    element = parse_code(values[args[0]].text);
    is_little = !is_big_endian(values, value);
  }
  if (!shape || !element) return std::nullopt;
  const auto count = element_count(*shape);
  if (!count || __builtin_mul_overflow(*count, element->size_bytes, &array.size_bytes)) return std::nullopt;
  array.type = std::move(element->type);
  array.shape = std::move(*shape);
  array.count = *count;
  array.is_plain = is_row_major && is_little;
  return array;
}

}  // namespace weighhouse::formats::detail
