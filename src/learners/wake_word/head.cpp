#include "learners/wake_word/head.h"

#include <algorithm>
#include <cblas.h>
#include <cmath>
#include <numeric>

namespace weighhouse::learners::wake {
namespace {

constexpr std::size_t kBlock = 256;

// rows x in -> rows x out, in place of `out`: linear, norm, ReLU.
void apply(const HeadLayer& layer, std::size_t rows, std::span<const float> in, std::vector<float>& out) {
  const std::size_t outputs = layer.bias.size();
  const std::size_t inputs = layer.weight.size() / outputs;
  out.resize(rows * outputs);
  for (std::size_t i = 0; i < rows; ++i) std::copy(layer.bias.begin(), layer.bias.end(), &out[i * outputs]);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<int>(rows), static_cast<int>(outputs),
              static_cast<int>(inputs), 1.0F, in.data(), static_cast<int>(inputs), layer.weight.data(),
              static_cast<int>(inputs), 1.0F, out.data(), static_cast<int>(outputs));
  for (std::size_t i = 0; i < rows; ++i) {
    float* const row = &out[i * outputs];
    const float mean = std::accumulate(row, row + outputs, 0.0F) / static_cast<float>(outputs);
    float variance = 0;
    for (std::size_t c = 0; c < outputs; ++c) variance += (row[c] - mean) * (row[c] - mean);
    const float scale = 1.0F / std::sqrt(variance / static_cast<float>(outputs) + kNormEpsilon);
    for (std::size_t c = 0; c < outputs; ++c)
      row[c] = std::max(0.0F, (row[c] - mean) * scale * layer.gain[c] + layer.shift[c]);
  }
}

}  // namespace

std::vector<float> log_odds(std::span<const Head> heads, std::span<const float> frames,
                            std::span<const std::uint32_t> begins) {
  std::vector<float> odds(begins.size(), 0.0F);
  if (heads.empty()) return odds;
  const std::size_t width = heads.front().shape.width;
  const std::size_t inputs = heads.front().shape.inputs();
  std::vector<float> windows;
  std::vector<float> now;
  std::vector<float> next;
  for (std::size_t first = 0; first < begins.size(); first += kBlock) {
    const std::size_t rows = std::min(kBlock, begins.size() - first);
    windows.resize(rows * inputs);
    for (std::size_t i = 0; i < rows; ++i)
      std::copy_n(&frames[std::size_t{begins[first + i]} * width], inputs, &windows[i * inputs]);
    for (const Head& head : heads) {
      now = windows;
      for (const HeadLayer& layer : head.layers) {
        apply(layer, rows, now, next);
        std::swap(now, next);
      }
      const std::size_t last = head.last_weight.size();
      for (std::size_t i = 0; i < rows; ++i) {
        odds[first + i] +=
            head.last_bias + std::inner_product(head.last_weight.begin(), head.last_weight.end(), &now[i * last], 0.0F);
      }
    }
  }
  for (float& value : odds) value /= static_cast<float>(heads.size());
  return odds;
}

std::vector<float> log_odds(std::span<const Head> heads, std::span<const float> frames) {
  if (heads.empty()) return {};
  const auto& shape = heads.front().shape;
  const std::size_t rows = frames.size() / shape.width;
  if (rows < shape.frames) return {};
  std::vector<std::uint32_t> begins(rows - shape.frames + 1);
  std::iota(begins.begin(), begins.end(), 0U);
  return log_odds(heads, frames, begins);
}

std::size_t count_parameters(const Head& head) {
  std::size_t count = head.last_weight.size() + 1;
  for (const auto& layer : head.layers)
    count += layer.weight.size() + layer.bias.size() + layer.gain.size() + layer.shift.size();
  return count;
}

}  // namespace weighhouse::learners::wake
