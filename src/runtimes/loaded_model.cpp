#include "runtimes/loaded_model.h"

namespace weighhouse::runtimes {

Result<ModelFile> only_file(std::vector<ModelFile> files, std::string_view runtime) {
  if (files.size() == 1) return std::move(files.front());
  return fail(ErrorCode::kInvalidArgument,
              "The runtime " + std::string{runtime} + " takes one file, not " + std::to_string(files.size()) + ".");
}

}  // namespace weighhouse::runtimes
