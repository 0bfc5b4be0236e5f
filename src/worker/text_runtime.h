#pragma once

#include <memory>

#include "runtimes/loaded_model.h"

namespace weighhouse::worker {

// Our own text classifiers (learners/text/model_file.h), under the name "text".
//
//   {"texts": ["…", "…"], "explain": true}
//   {"labels": ["a", "b"], "predictions": [{"label": "a", "scores": [0.9, 0.1], "words": [[0, 4, 1.5], …]}, …]}
//
// `scores` are in the order of `labels`; `words` are begin, end (bytes of the text) and share in the answer.
//
// Beside a classifier that was trained on an encoder come the encoder's files (text/encoder_inputs.h); classifiers on
// the same one share it. `onnx` runs encoders that are ONNX.
std::shared_ptr<const runtimes::Runtime> text_runtime(std::shared_ptr<const runtimes::Runtime> onnx);

}  // namespace weighhouse::worker
