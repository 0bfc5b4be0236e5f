#pragma once

#include <ATen/core/Tensor.h>
#include <optional>

#include "runtimes/tuning.h"

namespace weighhouse::torchscript {

// How far a batch of outputs is from what it should be. All of them give one number that knows its gradient.

// The negative SI-SDR in decibels of [batch, voices, samples], for each sound in the order of voices that suits it
// best, or as they stand. At most six voices are tried in any order.
at::Tensor separation_loss(const at::Tensor& outputs, const at::Tensor& voices, bool in_order);

// The output as the task reads it: [batch, voices, samples], [batch, classes] or [batch, numbers]; nothing when its
// shape does not fit `batch` sounds of `samples`.
std::optional<at::Tensor> fitted(const at::Tensor& output, runtimes::TuneTask task, std::int64_t batch,
                                 std::int64_t samples);

inline constexpr std::int64_t kMostVoices = 6;

}  // namespace weighhouse::torchscript
