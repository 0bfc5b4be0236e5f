#pragma once

#include <string>

#include "learners/text/text_model.h"

namespace weighhouse::learners {

// The model's head as an ONNX file (opset 13, IR version 8) for any runtime.
//
// Input `features` [N, F], float: a text's values in the order of `ngram_names`, as features/ngram_space.h makes them;
// behind them, for a model that needs an encoder, the text's vector at length one.
// Outputs `logits` and `probabilities`, both [N, C], in the order of `labels`. What a caller needs to make the input
// and to read the output is in metadata_props: `labels`, `ngram_names` (hexadecimal) and `ngram_weights` as JSON
// arrays, `unseen_weight`, `base_model`, `training_data_sha256`, and `record`. Equal models give equal bytes.
std::string to_onnx(const TextModel& model);

}  // namespace weighhouse::learners
