#include <cstddef>
#include <cstdint>

#include "channel/testing/fuzz_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weighhouse::channel::testing::check_channel({reinterpret_cast<const char*>(data), size});
  return 0;
}
