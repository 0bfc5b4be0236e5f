#pragma once

#include <vector>

#include "cli/command.h"

namespace weighhouse::cli {

std::vector<Command> source_commands();
std::vector<Command> publishing_commands();
std::vector<Command> bundle_commands();

}  // namespace weighhouse::cli
