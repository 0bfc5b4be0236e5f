#include "features/wordpiece/characters.h"

#include <array>
#include <string>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include "base/result.h"
#include "features/unicode.h"

namespace weighhouse::features::wordpiece {
namespace {

constexpr std::uint8_t kAgeOfTables = 8;

bool is_newer(char32_t c) {
  UVersionInfo age{};
  u_charAge(static_cast<UChar32>(c), age);
  return age[0] > kAgeOfTables;
}

bool is_in(char32_t c, std::uint32_t categories) {
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & categories) != 0 && !is_newer(c);
}

// Those that changed their category after Unicode 8 are named one by one.
bool is_nonspacing_mark(char32_t c) {
  if (c < 0x300) return false;
  if (c == 0x1734) return true;
  if (c == 0x1885 || c == 0x1886 || c == 0xA9BD || c == 0x111C9) return false;
  return is_in(c, U_GC_MN_MASK);
}

// Nothing that is printed: control, format and private characters, and what stands for broken bytes.
bool is_cleaned_away(char32_t c) {
  if (c == U'\t' || c == U'\n' || c == U'\r') return false;
  if (c < 0x80) return c < 0x20 || c == 0x7F;
  return c == 0xFFFD || is_in(c, U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK);
}

bool is_ideograph(char32_t c) {
  // The seventh begins 0x100 later than Unicode's block does, as in the reference.
  constexpr std::array<std::pair<char32_t, char32_t>, 7> kBlocks{{{0x3400, 0x4DBF},
                                                                  {0x4E00, 0x9FFF},
                                                                  {0xF900, 0xFAFF},
                                                                  {0x20000, 0x2A6DF},
                                                                  {0x2A700, 0x2B81F},
                                                                  {0x2B920, 0x2CEAF},
                                                                  {0x2F800, 0x2FA1F}}};
  if (c < kBlocks.front().first) return false;
  for (const auto& [first, last] : kBlocks)
    if (c >= first && c <= last) return true;
  return false;
}

void clean(std::vector<char32_t>& text) {
  std::erase_if(text, is_cleaned_away);
  for (auto& c : text)
    if (is_space(c)) c = U' ';
}

std::vector<char32_t> space_ideographs(const std::vector<char32_t>& text) {
  std::vector<char32_t> spaced;
  spaced.reserve(text.size());
  for (const char32_t c : text) {
    if (is_ideograph(c)) {
      spaced.insert(spaced.end(), {U' ', c, U' '});
    } else {
      spaced.push_back(c);
    }
  }
  return spaced;
}

const UNormalizer2& decomposer() {
  static const UNormalizer2* const kDecomposer = [] {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2* found = unorm2_getNFDInstance(&status);
    check(U_SUCCESS(status) != 0, "ICU carries its own normalisation data");
    return found;
  }();
  return *kDecomposer;
}

std::vector<char32_t> decomposed(const std::vector<char32_t>& text) {
  std::u16string units;
  units.reserve(text.size());
  for (const char32_t c : text) {
    if (c > 0xFFFF) {
      units += static_cast<char16_t>(U16_LEAD(c));
      units += static_cast<char16_t>(U16_TRAIL(c));
    } else {
      units += static_cast<char16_t>(c);
    }
  }
  UErrorCode status = U_ZERO_ERROR;
  const auto size = static_cast<std::int32_t>(units.size());
  std::u16string out(units.size() * 3 / 2 + 8, u'\0');
  for (;;) {
    const auto made =
        unorm2_normalize(&decomposer(), units.data(), size, out.data(), static_cast<std::int32_t>(out.size()), &status);
    out.resize(static_cast<std::size_t>(made));
    if (status != U_BUFFER_OVERFLOW_ERROR) break;
    status = U_ZERO_ERROR;
  }
  check(U_SUCCESS(status) != 0, "text of valid code points decomposes");
  std::vector<char32_t> points;
  points.reserve(out.size());
  for (std::int32_t at = 0; at < static_cast<std::int32_t>(out.size());) {
    UChar32 c = 0;
    U16_NEXT(out.data(), at, static_cast<std::int32_t>(out.size()), c);
    points.push_back(static_cast<char32_t>(c));
  }
  return points;
}

bool is_ascii(const std::vector<char32_t>& text) {
  for (const char32_t c : text)
    if (c >= 0x80) return false;
  return true;
}

// Each character by itself, so that a sigma at the end of a word is a sigma like any other.
std::vector<char32_t> lower(const std::vector<char32_t>& text) {
  constexpr char32_t kDottedI = 0x130;
  std::vector<char32_t> lowered;
  lowered.reserve(text.size());
  for (const char32_t c : text) {
    if (c == kDottedI) {
      lowered.insert(lowered.end(), {U'i', 0x307});
    } else {
      lowered.push_back(static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))));
    }
  }
  return lowered;
}

}  // namespace

std::vector<char32_t> decode(std::string_view text) {
  std::vector<char32_t> points;
  points.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto point = decode_at(text, at);
    points.push_back(point.value);
    at = point.end_bytes;
  }
  return points;
}

std::vector<char32_t> normalize(std::vector<char32_t> text, const Normalization& how) {
  if (how.clean) clean(text);
  if (!is_ascii(text)) {
    if (how.space_ideographs) text = space_ideographs(text);
    if (how.strip_accents) {
      text = decomposed(text);
      std::erase_if(text, is_nonspacing_mark);
    }
  }
  if (how.lower_case) text = lower(text);
  return text;
}

bool is_space(char32_t c) { return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0; }

bool is_punctuation(char32_t c) {
  if (c < 0x80) return c > 0x20 && c < 0x7F && u_isalnum(static_cast<UChar32>(c)) == 0;
  return c == 0x166D || c == 0x111C9 || is_in(c, U_GC_P_MASK);
}

}  // namespace weighhouse::features::wordpiece
