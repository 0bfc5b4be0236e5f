#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weighhouse::learners::wake {

// What a head sees: `frames` vectors in a row, each of `width` numbers, as an encoder of sound gives them.
struct HeadShape {
  std::size_t frames = 16;
  std::size_t width = 96;
  std::vector<std::size_t> hidden{64, 64};

  std::size_t inputs() const { return frames * width; }
  bool operator==(const HeadShape&) const = default;
};

// Linear, layer norm, ReLU.
struct HeadLayer {
  std::vector<float> weight;  // outputs x inputs; of the first layer, the inputs are frame after frame
  std::vector<float> bias;
  std::vector<float> gain;
  std::vector<float> shift;
};

// A small network that says whether the word ends in a window of frames. What it was standardised by is folded into its
// first layer, so it takes the encoder's numbers as they are.
struct Head {
  HeadShape shape;
  std::vector<HeadLayer> layers;  // one for each of shape.hidden
  std::vector<float> last_weight;
  float last_bias = 0;
};

// What is added to a variance before its root is taken, here and in every exported file.
inline constexpr float kNormEpsilon = 1e-5F;

// The mean of the heads' log-odds for every window of `frames` (rows of the shape's width), in order of time: one fewer
// than rows, for each frame that a window is long beyond the first. Nothing for fewer rows than a window has.
std::vector<float> log_odds(std::span<const Head> heads, std::span<const float> frames);
// The same for single windows, by the row each begins at.
std::vector<float> log_odds(std::span<const Head> heads, std::span<const float> frames,
                            std::span<const std::uint32_t> begins);

std::size_t count_parameters(const Head& head);

}  // namespace weighhouse::learners::wake
