#pragma once

#include <string>

#include "learners/wake_word/export_parts.h"

namespace weighhouse::learners::wake {

// The whole of it as a TorchScript file, for any program with PyTorch and nothing of ours:
//
//   model = torch.jit.load("jarvis.pt")
//   logits = model(audio)                          # audio [N, samples], 16 kHz, -1 to 1; logits [N, 2]
//   heard = torch.softmax(logits, 1)[:, 1] >= model.threshold
//   model.scores(audio)                            # probabilities [N, moments], 80 ms apart
//   model.labels()                                 # the order of the columns
//
// The training record is its attribute `record`, as JSON. Equal models and records give equal bytes.
std::string to_torchscript(const WakeModel& model, const ExportParts& parts, const std::string& record);

}  // namespace weighhouse::learners::wake
