#include "learners/text/environment.h"

#include <cblas.h>

#include "base/text.h"
#include "features/unicode.h"
#include "learners/text/detail/processor.h"

namespace weighhouse::learners {

std::map<std::string, std::string> library_versions() {
#ifdef __clang__
  constexpr const char* kCompiler = "clang " __clang_version__;
#else
  constexpr const char* kCompiler = "g++ " __VERSION__;
#endif
  // "OpenBLAS 0.3.21 DYNAMIC_ARCH …"
  const auto words = split(openblas_get_config(), ' ');
  return {{"compiler", std::string{trim(kCompiler)}},
          {"icu", features::icu_version()},
          {"openblas", std::string{words.size() > 1 ? words[1] : words.front()}}};
}

std::string processor_of_this_machine() { return detail::processor_kind(); }

}  // namespace weighhouse::learners
