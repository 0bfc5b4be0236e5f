#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace weighhouse::encoders::detail {

// The measures of a network of the BERT family.
struct BertConfig {
  std::size_t hidden = 0;
  std::size_t layers = 0;
  std::size_t heads = 0;
  std::size_t inner = 0;
  std::size_t positions = 0;
  std::size_t pieces = 0;
  std::size_t types = 0;
  float epsilon = 1e-12F;
};
// kInvalidArgument for another family, and for measures that no such network has.
Result<BertConfig> parse_bert_config(std::string_view text);

// How the vectors of a text's pieces become one.
enum class Pooling : std::uint8_t { kMean, kFirst };
struct SentenceConfig {
  Pooling pooling = Pooling::kMean;
  bool unit_length = true;
};
// From modules.json and the pooling's config.json, each empty where there is none.
Result<SentenceConfig> parse_sentence_config(std::string_view modules, std::string_view pooling);

// How many pieces a text may have: the least of what config.json (n_positions and the like) and
// sentence_bert_config.json say, either of them empty where there is none.
Result<std::size_t> parse_longest(std::string_view config, std::string_view sentence);

}  // namespace weighhouse::encoders::detail
