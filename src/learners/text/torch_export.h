#pragma once

#include <string>

#include "base/result.h"
#include "learners/text/text_model.h"

namespace weighhouse::learners {

// The whole classifier as a TorchScript file, for any program with PyTorch and nothing of ours:
//
//   model = torch.jit.load("tickets.pt")
//   labels, scores = model(["where is my parcel"])     # the likeliest label of each; scores [texts, labels]
//   model.labels()                                     # the order of the scores
//
// It reads texts as features/ does, with Unicode's tables inside, and the training record is its attribute `record`.
// Equal models give equal bytes. kFailedPrecondition, with the reason, for a model that cannot be written so: one that
// sees texts through an encoder, or one that is too large.
Result<std::string> to_torchscript(const TextModel& model);

}  // namespace weighhouse::learners
