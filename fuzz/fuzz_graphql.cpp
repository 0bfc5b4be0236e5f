#include <cstddef>
#include <cstdint>

#include "graphql/testing/fuzz_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weighhouse::graphql::testing::check_document({reinterpret_cast<const char*>(data), size});
  return 0;
}
