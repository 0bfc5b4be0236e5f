#pragma once

#include <vector>

#include "cli/command.h"

// The rows of the table of commands, a function for each topic.
namespace weighhouse::cli {

std::vector<Command> serve_commands();
std::vector<Command> import_commands();
std::vector<Command> model_commands();
std::vector<Command> edit_commands();
std::vector<Command> inspect_commands();
std::vector<Command> diff_commands();
std::vector<Command> download_commands();
std::vector<Command> trash_commands();
std::vector<Command> alias_commands();
std::vector<Command> gate_commands();
std::vector<Command> mark_commands();
std::vector<Command> history_commands();
std::vector<Command> keeping_commands();
std::vector<Command> backup_commands();
std::vector<Command> job_commands();
std::vector<Command> access_commands();
std::vector<Command> learning_commands();
std::vector<Command> listening_commands();
std::vector<Command> wake_word_commands();
std::vector<Command> prediction_commands();
std::vector<Command> comparison_commands();
std::vector<Command> shell_commands();

}  // namespace weighhouse::cli
