#pragma once

#include <algorithm>
#include <string_view>

#include "base/result.h"
#include "features/wordpiece/tokenizer.h"

namespace weighhouse::features::testing {

// What holds for every tokenizer and every text. `input` is a tokenizer.json (or, beginning with "[PAD]", a
// vocabulary), a byte of zero, and a text.
inline void check_wordpiece(std::string_view input) {
  const auto end = std::min(input.find('\0'), input.size());
  const auto file = input.substr(0, end);
  const auto text = input.substr(std::min(end + 1, input.size()));
  const auto tokenizer =
      file.starts_with("[PAD]") ? WordPieceTokenizer::from_vocabulary(file, "") : WordPieceTokenizer::from_json(file);
  if (!tokenizer) {
    check(!tokenizer.error().message.empty(), "a refusal says why");
    return;
  }
  std::vector<std::int64_t> whole;
  check(!tokenizer->encode(text, text.size() + tokenizer->marks() + 1, whole), "no more pieces than bytes");
  for (const auto id : whole)
    check(id >= 0 && static_cast<std::size_t>(id) < tokenizer->pieces(), "every number is a piece's");
  const std::size_t most = tokenizer->marks() + 3;
  std::vector<std::int64_t> cut;
  const bool is_cut = tokenizer->encode(text, most, cut);
  check(is_cut == (whole.size() > most) && cut.size() == std::min(whole.size(), most), "cut at most and no earlier");
}

}  // namespace weighhouse::features::testing
