#include <cstddef>
#include <cstdint>

#include "features/testing/wordpiece_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weighhouse::features::testing::check_wordpiece({reinterpret_cast<const char*>(data), size});
  return 0;
}
