#pragma once

#include <string>

namespace weighhouse::learners::detail {

// What the results of arithmetic depend on, to the bit: the processor's family and the kernels OpenBLAS chose for it.
std::string processor_kind();

}  // namespace weighhouse::learners::detail
