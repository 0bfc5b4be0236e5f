#pragma once

#include <cstdint>
#include <vector>

namespace weighhouse::app {

// Something like what is to be heard behind speech: hiss of any colour that swells and falls, hums with their
// overtones, knocks and clatter, and all of them together. Drawn by the seed alone.
std::vector<float> make_noise(std::uint64_t seed, int rate_hz, double seconds);

}  // namespace weighhouse::app
