#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "features/unicode.h"

namespace weighhouse::features {

// A word, an ideograph or a sign (`?`, an emoji) of a text.
struct Word {
  std::uint32_t begin_bytes;  // where it stands in the text as given
  std::uint32_t end_bytes;
  std::uint32_t first;  // its folded code points in Words::code_points
  std::uint32_t length;
};

// The words of a text in its order. Kept by the caller and filled again, so that a steady stream of texts allocates
// nothing.
struct Words {
  std::vector<Word> words;
  std::vector<char32_t> code_points;
  std::size_t broken_sequences = 0;  // bytes that are not UTF-8; they separate words
  bool is_cut = false;               // the text is longer than kMaxTextBytes, and the rest was not looked at

  std::span<const char32_t> folded(const Word& word) const { return {&code_points[word.first], word.length}; }
};

inline constexpr std::size_t kMaxTextBytes = std::size_t{64} << 10U;

// Any bytes are a text: there is nothing to fail at.
void split_words(std::string_view text, Words& out);

}  // namespace weighhouse::features
