#include "features/folding_tables.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include "base/result.h"

namespace weighhouse::features {
namespace {

constexpr char32_t kEnd = 0x110000;

bool is_surrogate(char32_t c) { return c >= 0xD800 && c < 0xE000; }
bool is_hangul_syllable(char32_t c) { return c >= 0xAC00 && c < 0xD7A4; }

const UNormalizer2& canonical() {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* found = unorm2_getNFCInstance(&status);
  check(U_SUCCESS(status) != 0, "ICU carries its own normalisation data");
  return *found;
}

const UNormalizer2& folder() {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* found = unorm2_getNFKCCasefoldInstance(&status);
  check(U_SUCCESS(status) != 0, "ICU carries its own normalisation data");
  return *found;
}

// What a normaliser says of one code point; nothing where it says nothing.
using Ask = std::int32_t (*)(const UNormalizer2*, UChar32, UChar*, std::int32_t, UErrorCode*);
bool ask(Ask what, const UNormalizer2& normalizer, char32_t c, std::vector<char32_t>& out) {
  std::array<UChar, 64> buffer{};
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t length = what(&normalizer, static_cast<UChar32>(c), buffer.data(), buffer.size(), &status);
  if (length < 0) return false;
  check(U_SUCCESS(status) != 0, "a decomposition fits its buffer");
  out.clear();
  for (std::int32_t at = 0; at < length;) {
    UChar32 value = 0;
    U16_NEXT(buffer.data(), at, length, value);
    out.push_back(static_cast<char32_t>(value));
  }
  return true;
}

// Taken apart as far as it goes, Hangul too.
void append_apart(std::span<const char32_t> code_points, std::vector<char32_t>& out) {
  std::vector<char32_t> parts;
  for (const char32_t c : code_points) {
    if (ask(unorm2_getDecomposition, canonical(), c, parts)) {
      out.insert(out.end(), parts.begin(), parts.end());
    } else {
      out.push_back(c);
    }
  }
}

}  // namespace

FoldingTables folding_tables() {
  FoldingTables tables;
  std::vector<char32_t> folded;
  std::vector<char32_t> pair;
  for (char32_t c = 0; c < kEnd; ++c) {
    if (is_surrogate(c)) continue;
    const auto mark = unorm2_getCombiningClass(&canonical(), static_cast<UChar32>(c));
    if (mark != 0) tables.mark_classes.emplace_back(c, mark);
    if (is_hangul_syllable(c)) continue;
    if (!ask(unorm2_getDecomposition, folder(), c, folded)) folded = {c};
    std::vector<char32_t> apart;
    append_apart(folded, apart);
    if (apart.size() != 1 || apart.front() != c) tables.foldings.push_back({c, std::move(apart)});
    if (!ask(unorm2_getRawDecomposition, canonical(), c, pair) || pair.size() != 2) continue;
    // Some are only ever taken apart.
    const auto both = unorm2_composePair(&canonical(), static_cast<UChar32>(pair[0]), static_cast<UChar32>(pair[1]));
    if (both == static_cast<UChar32>(c)) tables.compositions.push_back({pair[0], pair[1], c});
  }
  return tables;
}

KindTable kind_table() {
  KindTable table;
  std::map<std::vector<CharKind>, std::uint32_t> known;
  for (char32_t first = 0; first < kEnd; first += kKindPage) {
    std::vector<CharKind> page(kKindPage);
    for (std::size_t i = 0; i < kKindPage; ++i) page[i] = kind_of(first + static_cast<char32_t>(i));
    const auto [place, is_new] = known.try_emplace(page, static_cast<std::uint32_t>(table.kinds.size()));
    if (is_new) table.kinds.insert(table.kinds.end(), page.begin(), page.end());
    table.pages.push_back(place->second);
  }
  return table;
}

}  // namespace weighhouse::features
