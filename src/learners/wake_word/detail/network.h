#pragma once

#include <span>
#include <vector>

#include "learners/wake_word/head.h"
#include "scales/random.h"

namespace weighhouse::learners::wake::detail {

// A uniform number in [0, 1).
double uniform(scales::Random& random);
inline double uniform(scales::Random& random, double from, double to) { return from + (to - from) * uniform(random); }

// A head while it learns: all its parameters in one row, with their slopes beside them.
class Network {
 public:
  Network(HeadShape shape, scales::Random& random);

  // The log-odds of `rows` windows, each standardised; keeps what `backward` needs.
  std::span<const float> forward(std::span<const float> windows, std::size_t rows);
  // From the slopes of a loss by the log-odds of the last `forward` to those by the parameters, in place of the last.
  void backward(std::span<const float> windows, std::span<const float> slopes);

  // One step of AdamW. Decay pulls at weights alone, not at biases and norms.
  void step(double rate, double decay);

  // As it is now, for frames that are not standardised: `mean` and `deviation` have the shape's width.
  Head head(std::span<const float> mean, std::span<const float> deviation) const;

 private:
  struct Part {  // where a layer's parameters are
    std::size_t inputs, outputs, weight, bias, gain, shift;
  };
  struct Memory {  // of the last forward
    std::vector<float> normed, output, scale;
  };

  HeadShape shape_;
  std::vector<Part> parts_;
  std::size_t last_weight_ = 0;
  std::size_t last_bias_ = 0;
  std::vector<float> parameters_, slopes_, mean_, square_;
  std::vector<bool> decays_;
  std::vector<Memory> memory_;
  std::vector<float> odds_;
  std::size_t steps_ = 0;
};

}  // namespace weighhouse::learners::wake::detail
