#include <cstddef>
#include <cstdint>

#include "formats/testing/fuzz_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weighhouse::formats::testing::check_safetensors({reinterpret_cast<const char*>(data), size});
  return 0;
}
