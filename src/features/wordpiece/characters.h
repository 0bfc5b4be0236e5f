#pragma once

#include <string_view>
#include <vector>

namespace weighhouse::features::wordpiece {

// What BERT's tokenizers do to text before they look for words, to the letter of the reference implementation. Its
// tables of categories are those of Unicode 8, so characters that came later are neither marks nor punctuation to it.

struct Normalization {
  bool clean = true;  // control characters go, every white space becomes a space
  bool space_ideographs = true;
  bool strip_accents = true;  // by decomposition
  bool lower_case = true;
};

// Any bytes; what is not UTF-8 becomes U+FFFD.
std::vector<char32_t> decode(std::string_view text);
std::vector<char32_t> normalize(std::vector<char32_t> text, const Normalization& how);

bool is_space(char32_t c);
// A word by itself: ASCII's signs and everything Unicode calls punctuation.
bool is_punctuation(char32_t c);

}  // namespace weighhouse::features::wordpiece
