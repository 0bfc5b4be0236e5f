#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weighhouse::features {

// What text is made of, as far as its words are concerned. ICU stays behind it.

enum class CharKind : std::uint8_t {
  kSpace,      // everything that only separates words, punctuation among it
  kWord,       // letters, digits and the marks that belong to them, in any script
  kIdeograph,  // a word by itself in scripts that write no spaces (Han)
  kJoiner,     // invisible inside a word: zero-width joiners, the soft hyphen
  kSign,       // a token by itself: question and exclamation marks, currency, emoji
};
CharKind kind_of(char32_t code_point);

struct CodePoint {
  char32_t value;           // U+FFFD for bytes that are not UTF-8
  std::uint32_t end_bytes;  // where the next one begins
  bool is_broken;
};
// `offset_bytes` must lie before the end of `text`. A broken sequence is as long as Unicode recommends (its maximal
// part).
CodePoint decode_at(std::string_view text, std::size_t offset_bytes);

// Appends compatibility-composed, case-folded code points (Unicode's NFKC_Casefold): "Ｓｔｒａße" and "STRASSE" come
// out equal.
void append_folded(std::span<const char32_t> code_points, std::vector<char32_t>& out);

// Whose tables these are, and so what a text's words are: "72.1".
std::string icu_version();

std::string to_utf8(std::span<const char32_t> code_points);

}  // namespace weighhouse::features
