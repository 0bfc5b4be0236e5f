#pragma once

#include <string>
#include <string_view>

#include "cli/command.h"

namespace weighhouse::cli {

// What --help prints, from the table of commands.
std::string main_help();
std::string group_help(std::string_view group);
std::string command_help(const Command& command);

// `weigh alias set REF ALIAS [options]`
std::string usage(const Command& command);

}  // namespace weighhouse::cli
