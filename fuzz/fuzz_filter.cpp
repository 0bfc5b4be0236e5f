#include <cstddef>
#include <cstdint>

#include "registry/testing/filter_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weighhouse::registry::testing::check_filter({reinterpret_cast<const char*>(data), size});
  return 0;
}
