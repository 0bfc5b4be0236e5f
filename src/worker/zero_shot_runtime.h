#pragma once

#include <memory>

#include "runtimes/loaded_model.h"

namespace weighhouse::worker {

// An encoder as a judge of texts by labels it was never trained on (encoders/zero_shot.h), under the name "zero-shot".
//
//   {"texts": ["…"], "labels": ["bug", "feature"], "hypothesis": "This text is about {}", "each_alone": false}
//   {"labels": ["bug", "feature"], "predictions": [{"scores": [0.8, 0.2]}]}
//
// Its files are those of an encoder (encoders/encoder.h); `onnx` runs those that are ONNX.
std::shared_ptr<const runtimes::Runtime> zero_shot_runtime(std::shared_ptr<const runtimes::Runtime> onnx);

}  // namespace weighhouse::worker
