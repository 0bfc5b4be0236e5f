#include "learners/wake_word/detail/network.h"

#include <algorithm>
#include <cblas.h>
#include <cmath>
#include <numeric>

#include "base/result.h"

namespace weighhouse::learners::wake::detail {
namespace {

constexpr double kFirstMoment = 0.9;
constexpr double kSecondMoment = 0.999;
constexpr double kTiny = 1e-8;

int as_int(std::size_t value) { return static_cast<int>(value); }

}  // namespace

double uniform(scales::Random& random) {
  constexpr std::uint64_t kSteps = std::uint64_t{1} << 53U;
  return static_cast<double>(random.below(kSteps)) / static_cast<double>(kSteps);
}

Network::Network(HeadShape shape, scales::Random& random) : shape_(std::move(shape)) {
  std::size_t place = 0;
  const auto take = [&](std::size_t count) { return std::exchange(place, place + count); };
  std::size_t inputs = shape_.inputs();
  for (const std::size_t outputs : shape_.hidden) {
    const auto weight = take(inputs * outputs);
    const auto bias = take(outputs);
    const auto gain = take(outputs);
    const auto shift = take(outputs);
    parts_.push_back({inputs, outputs, weight, bias, gain, shift});
    inputs = outputs;
  }
  last_weight_ = take(inputs);
  last_bias_ = take(1);
  parameters_.assign(place, 0.0F);
  slopes_.assign(place, 0.0F);
  mean_.assign(place, 0.0F);
  square_.assign(place, 0.0F);
  decays_.assign(place, false);
  memory_.resize(parts_.size());
  // Uniform, so wide that signals keep their size on the way (Glorot and Bengio, 2010).
  const auto fill = [&](std::size_t begin, std::size_t count, std::size_t in, std::size_t out) {
    const double width = std::sqrt(6.0 / static_cast<double>(in + out));
    for (std::size_t i = begin; i < begin + count; ++i) {
      parameters_[i] = static_cast<float>(uniform(random, -width, width));
      decays_[i] = true;
    }
  };
  for (const Part& part : parts_) {
    fill(part.weight, part.inputs * part.outputs, part.inputs, part.outputs);
    std::fill_n(&parameters_[part.gain], part.outputs, 1.0F);
  }
  fill(last_weight_, inputs, inputs, 1);
}

std::span<const float> Network::forward(std::span<const float> windows, std::size_t rows) {
  check(windows.size() == rows * shape_.inputs(), "windows of the head's shape");
  const float* in = windows.data();
  for (std::size_t l = 0; l < parts_.size(); ++l) {
    const Part& part = parts_[l];
    Memory& kept = memory_[l];
    kept.normed.resize(rows * part.outputs);
    kept.output.resize(rows * part.outputs);
    kept.scale.resize(rows);
    for (std::size_t i = 0; i < rows; ++i)
      std::copy_n(&parameters_[part.bias], part.outputs, &kept.normed[i * part.outputs]);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, as_int(rows), as_int(part.outputs), as_int(part.inputs), 1.0F,
                in, as_int(part.inputs), &parameters_[part.weight], as_int(part.inputs), 1.0F, kept.normed.data(),
                as_int(part.outputs));
    const auto count = static_cast<float>(part.outputs);
    for (std::size_t i = 0; i < rows; ++i) {
      float* const row = &kept.normed[i * part.outputs];
      const float mean = std::accumulate(row, row + part.outputs, 0.0F) / count;
      float variance = 0;
      for (std::size_t c = 0; c < part.outputs; ++c) variance += (row[c] - mean) * (row[c] - mean);
      kept.scale[i] = 1.0F / std::sqrt(variance / count + kNormEpsilon);
      for (std::size_t c = 0; c < part.outputs; ++c) {
        row[c] = (row[c] - mean) * kept.scale[i];
        kept.output[i * part.outputs + c] =
            std::max(0.0F, row[c] * parameters_[part.gain + c] + parameters_[part.shift + c]);
      }
    }
    in = kept.output.data();
  }
  const std::size_t last = parts_.back().outputs;
  odds_.assign(rows, parameters_[last_bias_]);
  cblas_sgemv(CblasRowMajor, CblasNoTrans, as_int(rows), as_int(last), 1.0F, in, as_int(last),
              &parameters_[last_weight_], 1, 1.0F, odds_.data(), 1);
  return odds_;
}

void Network::backward(std::span<const float> windows, std::span<const float> slopes) {
  const std::size_t rows = slopes.size();
  std::fill(slopes_.begin(), slopes_.end(), 0.0F);
  const std::size_t last = parts_.back().outputs;
  const Memory& top = memory_.back();
  cblas_sgemv(CblasRowMajor, CblasTrans, as_int(rows), as_int(last), 1.0F, top.output.data(), as_int(last),
              slopes.data(), 1, 0.0F, &slopes_[last_weight_], 1);
  slopes_[last_bias_] = std::accumulate(slopes.begin(), slopes.end(), 0.0F);
  std::vector<float> above(rows * last);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t c = 0; c < last; ++c) above[i * last + c] = slopes[i] * parameters_[last_weight_ + c];
  }
  for (std::size_t l = parts_.size(); l-- > 0;) {
    const Part& part = parts_[l];
    const Memory& kept = memory_[l];
    const auto count = static_cast<float>(part.outputs);
    for (std::size_t i = 0; i < rows; ++i) {
      float* const slope = &above[i * part.outputs];
      const float* const normed = &kept.normed[i * part.outputs];
      float sum = 0;
      float along = 0;
      for (std::size_t c = 0; c < part.outputs; ++c) {
        if (!(kept.output[i * part.outputs + c] > 0.0F)) slope[c] = 0;
        slopes_[part.gain + c] += slope[c] * normed[c];
        slopes_[part.shift + c] += slope[c];
        slope[c] *= parameters_[part.gain + c];
        sum += slope[c];
        along += slope[c] * normed[c];
      }
      for (std::size_t c = 0; c < part.outputs; ++c) {
        slope[c] = kept.scale[i] * (slope[c] - sum / count - normed[c] * along / count);
        slopes_[part.bias + c] += slope[c];
      }
    }
    const float* const in = l == 0 ? windows.data() : memory_[l - 1].output.data();
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, as_int(part.outputs), as_int(part.inputs), as_int(rows), 1.0F,
                above.data(), as_int(part.outputs), in, as_int(part.inputs), 0.0F, &slopes_[part.weight],
                as_int(part.inputs));
    if (l == 0) break;
    std::vector<float> below(rows * part.inputs);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, as_int(rows), as_int(part.inputs), as_int(part.outputs),
                1.0F, above.data(), as_int(part.outputs), &parameters_[part.weight], as_int(part.inputs), 0.0F,
                below.data(), as_int(part.inputs));
    above = std::move(below);
  }
}

void Network::step(double rate, double decay) {
  ++steps_;
  const auto age = static_cast<double>(steps_);
  const auto first = static_cast<float>(1.0 - std::pow(kFirstMoment, age));
  const auto second = static_cast<float>(1.0 - std::pow(kSecondMoment, age));
  const auto shrink = static_cast<float>(1.0 - rate * decay);
  const auto pace = static_cast<float>(rate);
  constexpr auto kKeepMean = static_cast<float>(kFirstMoment);
  constexpr auto kKeepSquare = static_cast<float>(kSecondMoment);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const float slope = slopes_[i];
    mean_[i] = kKeepMean * mean_[i] + (1.0F - kKeepMean) * slope;
    square_[i] = kKeepSquare * square_[i] + (1.0F - kKeepSquare) * slope * slope;
    if (decays_[i]) parameters_[i] *= shrink;
    parameters_[i] -= pace * (mean_[i] / first) / (std::sqrt(square_[i] / second) + static_cast<float>(kTiny));
  }
}

Head Network::head(std::span<const float> mean, std::span<const float> deviation) const {
  const auto piece = [&](std::size_t begin, std::size_t count) {
    return std::vector<float>(parameters_.begin() + static_cast<std::ptrdiff_t>(begin),
                              parameters_.begin() + static_cast<std::ptrdiff_t>(begin + count));
  };
  Head head{.shape = shape_, .layers = {}, .last_weight = {}};
  for (const Part& part : parts_) {
    head.layers.push_back({piece(part.weight, part.inputs * part.outputs), piece(part.bias, part.outputs),
                           piece(part.gain, part.outputs), piece(part.shift, part.outputs)});
  }
  head.last_weight = piece(last_weight_, parts_.back().outputs);
  head.last_bias = parameters_[last_bias_];
  HeadLayer& first = head.layers.front();
  const std::size_t inputs = shape_.inputs();
  for (std::size_t h = 0; h < first.bias.size(); ++h) {
    double moved = first.bias[h];
    for (std::size_t i = 0; i < inputs; ++i) {
      float& weight = first.weight[h * inputs + i];
      weight /= deviation[i % shape_.width];
      moved -= static_cast<double>(weight) * static_cast<double>(mean[i % shape_.width]);
    }
    first.bias[h] = static_cast<float>(moved);
  }
  return head;
}

}  // namespace weighhouse::learners::wake::detail
