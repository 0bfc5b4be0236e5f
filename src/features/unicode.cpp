#include "features/unicode.h"

#include <algorithm>
#include <array>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>
#include <unicode/uversion.h>

#include "base/result.h"

namespace weighhouse::features {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

const UNormalizer2& folder() {
  static const UNormalizer2* const kFolder = [] {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2* found = unorm2_getNFKCCasefoldInstance(&status);
    check(U_SUCCESS(status) != 0, "ICU carries its own normalisation data");
    return found;
  }();
  return *kFolder;
}

constexpr CharKind kind_of_ascii(char32_t c) {
  if ((c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9')) return CharKind::kWord;
  if (c == U'?' || c == U'!' || c == U'$' || c == U'%') return CharKind::kSign;
  return CharKind::kSpace;
}

bool is_mark_of_asking(char32_t c) {
  constexpr std::array<char32_t, 9> kMarks{U'¿',      U'¡',      U'\u037E', U'\u061F', U'\u203C',
                                           U'\u2047', U'\uFF01', U'\uFF1F', U'\u2753'};
  return std::find(kMarks.begin(), kMarks.end(), c) != kMarks.end();
}

}  // namespace

CharKind kind_of(char32_t c) {
  if (c < 0x80) return kind_of_ascii(c);
  const auto point = static_cast<UChar32>(c);
  if (u_hasBinaryProperty(point, UCHAR_IDEOGRAPHIC) != 0) return CharKind::kIdeograph;
  if (u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0) return CharKind::kJoiner;
  const std::uint32_t category = U_GET_GC_MASK(point);
  if ((category & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK)) != 0) return CharKind::kWord;
  if ((category & (U_GC_SC_MASK | U_GC_SO_MASK)) != 0 && c != kReplacement) return CharKind::kSign;
  return is_mark_of_asking(c) ? CharKind::kSign : CharKind::kSpace;
}

CodePoint decode_at(std::string_view text, std::size_t offset_bytes) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto first = bytes[offset_bytes];
  if (first < 0x80) return {first, static_cast<std::uint32_t>(offset_bytes + 1), false};
  auto at = static_cast<std::int32_t>(offset_bytes);
  const auto size = static_cast<std::int32_t>(text.size());
  UChar32 value = 0;
  U8_NEXT(bytes, at, size, value);
  const auto end = static_cast<std::uint32_t>(at);
  if (value < 0) return {kReplacement, end, true};
  return {static_cast<char32_t>(value), end, false};
}

void append_folded(std::span<const char32_t> code_points, std::vector<char32_t>& out) {
  const bool is_ascii = std::all_of(code_points.begin(), code_points.end(), [](char32_t c) { return c < 0x80; });
  if (is_ascii) {
    for (const char32_t c : code_points) out.push_back(c >= U'A' && c <= U'Z' ? c + (U'a' - U'A') : c);
    return;
  }
  std::u16string plain;
  plain.reserve(code_points.size() * 2);
  for (const char32_t c : code_points) {
    if (c < 0x10000) {
      plain.push_back(static_cast<char16_t>(c));
    } else {
      plain.push_back(static_cast<char16_t>(U16_LEAD(c)));
      plain.push_back(static_cast<char16_t>(U16_TRAIL(c)));
    }
  }
  // One code point folds to at most 18 (U+FDFA).
  std::u16string folded(plain.size() * 18 + 1, u'\0');
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t length = unorm2_normalize(&folder(), plain.data(), static_cast<std::int32_t>(plain.size()),
                                               folded.data(), static_cast<std::int32_t>(folded.size()), &status);
  check(U_SUCCESS(status) != 0, "a folded word fits its buffer");
  for (std::int32_t at = 0; at < length;) {
    UChar32 value = 0;
    U16_NEXT(folded.data(), at, length, value);
    out.push_back(static_cast<char32_t>(value));
  }
}

std::string icu_version() {
  UVersionInfo version;
  std::array<char, U_MAX_VERSION_STRING_LENGTH> text{};
  u_getVersion(version);
  u_versionToString(version, text.data());
  return text.data();
}

std::string to_utf8(std::span<const char32_t> code_points) {
  std::string text;
  for (const char32_t c : code_points) {
    std::array<std::uint8_t, 4> bytes{};
    std::int32_t size = 0;
    UBool failed = 0;
    U8_APPEND(bytes.data(), size, 4, static_cast<UChar32>(c), failed);
    if (failed == 0) text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
  }
  return text;
}

}  // namespace weighhouse::features
