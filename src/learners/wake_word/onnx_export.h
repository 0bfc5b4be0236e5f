#pragma once

#include <string>

#include "learners/wake_word/export_parts.h"

namespace weighhouse::learners::wake {

// The whole of it as an ONNX file (opset 13, IR version 8) that takes sound as it is: input `audio` [N, samples],
// float, 16 kHz, between -1 and 1; output `logits` [N, 2] for the most word-like moment of each, in the order of
// `labels`, so that softmax gives the probability. In metadata_props: `task`, `labels`, `wake_word`, `threshold`,
// `sample_rate`, `window_samples`, `base_model` and `record`, which is JSON. Equal models and records give equal bytes.
std::string to_onnx(const WakeModel& model, const ExportParts& parts, const std::string& record);

}  // namespace weighhouse::learners::wake
