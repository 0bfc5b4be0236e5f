#include "cli/help.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/text.h"
#include "cli/width.h"

namespace weighhouse::cli {
namespace {

constexpr std::size_t kTextColumn = 28;
constexpr std::size_t kLineWidth = 100;

// "  name   what it is", the text wrapped and indented below itself.
std::string entry(std::string_view name, std::string_view text) {
  std::string out = fmt::format("  {}", name);
  std::size_t column = 2 + display_width(name);
  if (column + 2 > kTextColumn) {
    out += "\n";
    column = 0;
  }
  out.append(kTextColumn - column, ' ');
  return out + wrap(text, kTextColumn, kLineWidth) + "\n";
}

std::string option_entry(const Option& option) {
  std::string name = fmt::format("{}", fmt::join(split(option.flags, ','), ", "));
  if (!option.flags.starts_with("-") || option.flags.starts_with("--")) name = "    " + name;
  if (!option.placeholder.empty()) name += fmt::format(" {}", option.placeholder);
  std::string text{option.help};
  if (!option.choices.empty()) text += fmt::format(" ({})", fmt::join(option.choices, ", "));
  if (option.repeats) text += "; may be given several times";
  return entry(name, text);
}

}  // namespace

std::string usage(const Command& command) {
  std::string line = fmt::format("weigh {}", command.path);
  for (const auto& positional : command.positionals) {
    switch (positional.count) {
      case Count::kOne:
        line += fmt::format(" {}", positional.name);
        break;
      case Count::kOptional:
        line += fmt::format(" [{}]", positional.name);
        break;
      case Count::kSeveral:
        line += fmt::format(" {}...", positional.name);
        break;
    }
  }
  if (!command.options.empty()) line += " [options]";
  return line;
}

std::string main_help() {
  std::string text =
      "weigh keeps trained models: takes them in, shows what is inside, versions them and hands them out.\n\n"
      "Usage: weigh COMMAND [options]\n\nCommands:\n";
  std::set<std::string_view> seen;
  for (const auto& command : all_commands()) {
    const auto word = split(command.path, ' ').front();
    if (!seen.insert(word).second) continue;
    const auto groups = all_groups();
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.name == word; });
    text += entry(word, group != groups.end() ? group->summary : command.summary);
  }
  text += "\nOptions of every command:\n";
  for (const auto& option : global_options()) text += option_entry(option);
  text +=
      "\nA REF is `name`, `name@3` (a version), `name@production` (an alias or label), each also as `namespace/name`.\n"
      "No server is needed: without --server, requests go to the server that holds the home, or are answered here.\n"
      "Exit codes: 0 done, 1 a bug or an unknown failure, 2 wrong use, 3 not found, 4 conflict, 5 not allowed,\n"
      "6 a limit or a full disk, 7 unavailable now, 8 damaged bytes, 130 cancelled.\n"
      "`weigh COMMAND --help` says more.\n";
  return text;
}

std::string group_help(std::string_view group) {
  std::string text;
  for (const auto& known : all_groups()) {
    if (known.name == group) text += fmt::format("weigh {}: {}\n\nCommands:\n", group, known.summary);
  }
  for (const auto& command : all_commands()) {
    if (split(command.path, ' ').front() == group) text += entry(command.path, command.summary);
  }
  return text + fmt::format("\n`weigh {} COMMAND --help` says more.\n", group);
}

std::string command_help(const Command& command) {
  std::string text = fmt::format("{}\n\nUsage: {}\n", command.summary, usage(command));
  if (!command.positionals.empty()) text += "\n";
  for (const auto& positional : command.positionals) text += entry(positional.name, positional.help);
  if (!command.options.empty()) text += "\nOptions:\n";
  for (const auto& option : command.options) text += option_entry(option);
  text += "\nOptions of every command:\n";
  for (const auto& option : global_options()) text += option_entry(option);
  if (!command.details.empty()) text += fmt::format("\n{}\n", command.details);
  return text;
}

}  // namespace weighhouse::cli
