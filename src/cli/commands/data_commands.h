#pragma once

#include <vector>

#include "cli/command.h"

// The rows about data, as commands.h has those about models.
namespace weighhouse::cli {

std::vector<Command> dataset_commands();
std::vector<Command> dataset_import_commands();
std::vector<Command> insight_commands();

}  // namespace weighhouse::cli
