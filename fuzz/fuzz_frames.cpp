#include <cstddef>
#include <cstdint>

#include "http/testing/fuzz_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weighhouse::http::testing::check_frames({reinterpret_cast<const char*>(data), size});
  return 0;
}
