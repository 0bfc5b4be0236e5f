#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "encoders/detail/sound_network.h"

namespace weighhouse::embedding {

// The file that encoders/detail/sound_network.h reads: layers of halves (16 bits), and the record of how they came
// about.
class WeightsFile {
 public:
  struct Layer {
    encoders::detail::Convolution shape;
    std::vector<float> weights{};  // [out][in][time][bands]
    std::vector<float> bias{};
  };
  // To be filled; stays where it is.
  Layer& add(const encoders::detail::Convolution& shape) { return layers_.emplace_back(Layer{shape}); }

  std::string to_safetensors(const std::vector<std::pair<std::string, std::string>>& record) const;

 private:
  std::deque<Layer> layers_{};
};

}  // namespace weighhouse::embedding
