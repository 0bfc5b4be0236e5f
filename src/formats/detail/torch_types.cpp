#include "formats/detail/torch_types.h"

#include <algorithm>
#include <array>

namespace weighhouse::formats::detail {

namespace {

struct TypeWords {
  std::string_view ours;
  std::string_view storage;  // without "Storage"
  std::string_view dtype;
};

constexpr auto kTypes = std::to_array<TypeWords>({
    {"F32", "Float", "float32"},
    {"F64", "Double", "float64"},
    {"F16", "Half", "float16"},
    {"BF16", "BFloat16", "bfloat16"},
    {"I64", "Long", "int64"},
    {"I32", "Int", "int32"},
    {"I16", "Short", "int16"},
    {"I8", "Char", "int8"},
    {"U8", "Byte", "uint8"},
    {"U16", "", "uint16"},
    {"U32", "", "uint32"},
    {"U64", "", "uint64"},
    {"BOOL", "Bool", "bool"},
    {"C64", "ComplexFloat", "complex64"},
    {"C128", "ComplexDouble", "complex128"},
    {"I8", "QInt8", "qint8"},
    {"U8", "QUInt8", "quint8"},
    {"I32", "QInt32", "qint32"},
    {"U4", "QUInt4x2", "quint4x2"},
    {"U2", "QUInt2x4", "quint2x4"},
    {"F8_E4M3", "", "float8_e4m3fn"},
    {"F8_E5M2", "", "float8_e5m2"},
    {"F8_E4M3FNUZ", "", "float8_e4m3fnuz"},
    {"F8_E5M2FNUZ", "", "float8_e5m2fnuz"},
    {"F8_E8M0", "", "float8_e8m0fnu"},
});

std::string_view find_type(std::string_view TypeWords::* column, std::string_view word) {
  if (word.empty()) return {};
  const auto* const found = std::ranges::find(kTypes, word, column);
  return found == kTypes.end() ? std::string_view{} : found->ours;
}

}  // namespace

std::string_view type_of_storage(std::string_view storage_class) {
  constexpr std::string_view kEnding = "Storage";
  if (!storage_class.ends_with(kEnding)) return {};
  storage_class.remove_suffix(kEnding.size());
  return find_type(&TypeWords::storage, storage_class);
}

std::string_view type_of_dtype(std::string_view dtype) { return find_type(&TypeWords::dtype, dtype); }

}  // namespace weighhouse::formats::detail
