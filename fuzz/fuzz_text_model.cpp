#include <cstddef>
#include <cstdint>

#include "learners/text/testing/model_file_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weighhouse::learners::testing::check_text_model({reinterpret_cast<const char*>(data), size});
  return 0;
}
