#pragma once

#include <cstdint>
#include <vector>

#include "features/words.h"

namespace weighhouse::features {

// The n-grams of a text, each named by 64 bits. These names are part of `builtin/ngram-v1`: they are stored in models,
// so the way they are made never changes.
//
// Two kinds, told apart by their names: words and pairs of neighbouring words; and runs of 2 to 5 code points inside a
// word with a space on either side. A text begins and ends with an empty word, so that its first word is a pair of its
// own.
enum class NgramKind : std::uint8_t { kWords, kCharacters };

namespace detail {
inline constexpr std::uint64_t kWordSeed = 0x77656967686f7573ULL;
inline constexpr std::uint64_t kPairSeed = 0x5061697273206f66ULL;
inline constexpr std::uint64_t kCharacterSeed = 0x63686172206e6772ULL;
inline constexpr std::uint64_t kMixer = 0x9E3779B97F4A7C15ULL;

constexpr std::uint64_t mixed(std::uint64_t name, std::uint64_t next) {
  name = (name ^ next) * kMixer;
  return name ^ (name >> 29U);
}
}  // namespace detail

// Calls `emit(kind, name, first_word, last_word)` for every n-gram as often as it occurs; the words are those it
// covers.
template <class Emit>
void for_each_ngram(const Words& text, Emit&& emit) {
  constexpr std::uint32_t kShortest = 2;
  constexpr std::uint32_t kLongest = 5;
  const auto count = static_cast<std::uint32_t>(text.words.size());
  std::uint64_t before = 0;
  for (std::uint32_t index = 0; index < count; ++index) {
    const Word& word = text.words[index];
    const char32_t* const letters = &text.code_points[word.first];
    std::uint64_t name = detail::kWordSeed;
    for (std::uint32_t i = 0; i < word.length; ++i) name = detail::mixed(name, letters[i]);
    emit(NgramKind::kWords, name, index, index);
    emit(NgramKind::kWords, detail::mixed(detail::mixed(detail::kPairSeed, before), name), index == 0 ? 0 : index - 1,
         index);
    before = name;

    const std::uint32_t padded = word.length + 2;
    const auto letter = [&](std::uint32_t i) { return i == 0 || i == padded - 1 ? U' ' : letters[i - 1]; };
    for (std::uint32_t start = 0; start < padded; ++start) {
      std::uint64_t run = detail::kCharacterSeed;
      for (std::uint32_t n = 1; n <= kLongest && start + n <= padded; ++n) {
        run = detail::mixed(run, letter(start + n - 1));
        if (n >= kShortest) emit(NgramKind::kCharacters, run, index, index);
      }
    }
  }
  if (count > 0) {
    emit(NgramKind::kWords, detail::mixed(detail::mixed(detail::kPairSeed, before), 0), count - 1, count - 1);
  }
}

// How often each n-gram occurs.
struct Term {
  std::uint64_t name;
  std::uint32_t count;
};

// The terms of a text, sorted by name. Kept by the caller and filled again.
struct Terms {
  std::vector<Term> words;
  std::vector<Term> characters;
};
void count_terms(const Words& text, Terms& out);

}  // namespace weighhouse::features
