#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtimes/loaded_model.h"

namespace weighhouse::encoders {

// A model that turns a text into a vector, near to those of texts that mean the same. Immutable, safe from any thread.
class TextEncoder {
 public:
  virtual ~TextEncoder() = default;

  virtual std::size_t dimensions() const = 0;
  virtual std::uint64_t size_bytes() const = 0;  // in memory, nearly

  // Replaces the `dimensions()` numbers of `vector`. The text's vector depends on the text alone, not on what is
  // encoded beside it; texts longer than the encoder reads are cut. Any bytes are a text.
  virtual Result<> encode(std::string_view text, std::span<float> vector) const = 0;
};

// An encoder of the BERT family from its files, under the names that follow; a prefix "encoder." is passed over:
//
//   config.json                  the network's measures
//   tokenizer.json               or vocab.txt, perhaps with tokenizer_config.json
//   weights.safetensors          or weights.onnx, with the files that hold its external tensors; of both, the first
//                                where its family is known
//   modules.json, pooling.json   how the numbers of a text's pieces become one vector, and whether its length is one;
//                                without them the mean, of length one
//   sentence.json                the longest text
//
// kInvalidArgument, naming what is missing, broken or not supported. `onnx` runs weights.onnx; its refusal where it is
// not installed is passed on.
Result<std::shared_ptr<const TextEncoder>> open_encoder(std::vector<runtimes::ModelFile> files,
                                                        const runtimes::Runtime& onnx);

}  // namespace weighhouse::encoders
