#include "cli/commands/tensors_wanted.h"

namespace weighhouse::cli {
namespace {

constexpr std::uint64_t kMostTensors = 100'000;

}  // namespace

Result<std::uint64_t> tensors_wanted(const Arguments& arguments, std::uint64_t otherwise) {
  if (arguments.find("tensors") == "all") return kMostTensors;
  const auto number = TRY(arguments.find_integer("tensors", 0, kMostTensors));
  return number ? static_cast<std::uint64_t>(*number) : otherwise;
}

}  // namespace weighhouse::cli
