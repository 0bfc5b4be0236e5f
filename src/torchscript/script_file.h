#pragma once

#include <string>
#include <string_view>
#include <torch/csrc/jit/api/module.h>

#include "runtimes/loaded_model.h"

namespace weighhouse::torchscript {

// A TorchScript file in memory, as it is asked and not as it is trained; its size comes along. kInvalidArgument says
// what LibTorch found wrong with it.
Result<torch::jit::Module> load_script(runtimes::ModelFile file, std::uint64_t& size_bytes);

// LibTorch's messages go on with where in its sources; the first line is for people.
std::string first_line(std::string_view text);

}  // namespace weighhouse::torchscript
