#include "learners/text/detail/processor.h"

#include <cblas.h>
#include <sys/utsname.h>

namespace weighhouse::learners::detail {

std::string processor_kind() {
  utsname system{};
  const std::string machine = uname(&system) == 0 ? system.machine : "unknown";
  return machine + " " + openblas_get_corename();
}

}  // namespace weighhouse::learners::detail
