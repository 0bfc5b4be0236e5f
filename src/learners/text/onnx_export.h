#pragma once

#include <string>

#include "learners/text/text_model.h"

namespace weighhouse::learners {

// The model's head as an ONNX file (opset 13, IR version 8) for any runtime.
//
// Inputs, each only where the model sees it: of a text's n-grams, as features/ngram_space.h has them, `indices` [N, K],
// int64, their places in `ngram_names`, and `values` [N, K], float, filled up with places of the value 0; and
// `embedding` [N, M], float, what the encoder makes of the text, of any length above 0.
// Outputs `logits` and `probabilities`, both [N, C], in the order of `labels`. What a caller needs to make the input
// and to read the output is in metadata_props: `inputs`, `labels`, `ngram_names` (hexadecimal) and `ngram_weights` as
// JSON arrays, `unseen_weight`, `base_model`, `training_data_sha256`, and `record`. Equal models give equal bytes.
std::string to_onnx(const TextModel& model);

}  // namespace weighhouse::learners
