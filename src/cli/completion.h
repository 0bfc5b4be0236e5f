#pragma once

#include <string>

namespace weighhouse::cli {

// Scripts that a shell reads to complete `weigh`, made from the table of commands. Names of models are asked of
// `weigh list` when they are wanted.
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace weighhouse::cli
