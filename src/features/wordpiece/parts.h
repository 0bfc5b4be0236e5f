#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "features/wordpiece/characters.h"

namespace weighhouse::features {

// A text that is one piece wherever it stands, before anything else is looked at: "[SEP]".
struct WholePiece {
  std::string text{};
  std::int64_t id = 0;
  bool takes_space_before = false;
  bool takes_space_after = false;
};

// All that a WordPiece tokenizer is.
struct WordPieceParts {
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Vocabulary = std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>>;

  Vocabulary vocabulary{};
  std::size_t pieces = 0;  // one more than the largest number
  std::int64_t unknown = 0;
  std::int64_t padding = 0;
  std::string continuation = "##";
  std::size_t longest_word = 100;  // in characters; a longer one is unknown as a whole
  wordpiece::Normalization normalization{};
  std::vector<WholePiece> whole{};
  std::vector<std::int64_t> before{};  // the marks around a text
  std::vector<std::int64_t> after{};

  std::optional<std::int64_t> find(std::string_view piece) const {
    const auto found = vocabulary.find(piece);
    return found == vocabulary.end() ? std::nullopt : std::optional{found->second};
  }
};

}  // namespace weighhouse::features
