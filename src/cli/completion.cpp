#include "cli/completion.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <vector>

#include "base/text.h"
#include "cli/command.h"

namespace weighhouse::cli {
namespace {

constexpr std::string_view kListModels = "weigh list --all --columns name --quiet 2>/dev/null | tail -n +2";

std::vector<std::string_view> first_words() {
  std::vector<std::string_view> words;
  for (const auto& command : all_commands()) {
    const auto word = split(command.path, ' ').front();
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  return words;
}

std::vector<std::string_view> second_words(std::string_view group) {
  std::vector<std::string_view> words;
  for (const auto& command : all_commands()) {
    const auto parts = split(command.path, ' ');
    if (parts.size() == 2 && parts[0] == group) words.push_back(parts[1]);
  }
  return words;
}

std::string_view summary_of(std::string_view word) {
  for (const auto& group : all_groups()) {
    if (group.name == word) return group.summary;
  }
  for (const auto& command : all_commands()) {
    if (command.path == word) return command.summary;
  }
  return {};
}

// Every option of a command, its own first.
std::vector<Option> options_of(const Command& command) {
  std::vector<Option> options = command.options;
  options.insert(options.end(), global_options().begin(), global_options().end());
  options.push_back({"-h,--help", "", "say more"});
  return options;
}

Completes completes_of(const Command& command) {
  return command.positionals.empty() ? Completes::kNothing : command.positionals.front().completes;
}

// For text inside single quotes of any of the three shells.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return out + "'";
}

std::string bash_words(const std::string& words) {
  return fmt::format("COMPREPLY=($(compgen -W \"{}\" -- \"$current\"))", words);
}

std::string bash_values(Completes completes) {
  switch (completes) {
    case Completes::kNothing:
      return "COMPREPLY=()";
    case Completes::kFile:
      return "COMPREPLY=($(compgen -f -- \"$current\"))";
    case Completes::kDirectory:
      return "COMPREPLY=($(compgen -d -- \"$current\"))";
    case Completes::kModel:
      return bash_words(fmt::format("$({})", kListModels));
  }
  return {};
}

std::string bash_case(const Command& command) {
  std::vector<std::string> flags;
  std::string values;
  for (const auto& option : options_of(command)) {
    const auto names = split(option.flags, ',');
    flags.insert(flags.end(), names.begin(), names.end());
    if (option.placeholder.empty()) continue;
    values += fmt::format("        {}) {}; return ;;\n", fmt::join(names, "|"),
                          option.choices.empty() ? bash_values(option.completes)
                                                 : bash_words(fmt::format("{}", fmt::join(option.choices, " "))));
  }
  return fmt::format(
      "    {})\n"
      "      case \"$previous\" in\n{}      esac\n"
      "      if [[ $current == -* ]]; then {}; else {}; fi ;;\n",
      quoted(command.path), values, bash_words(fmt::format("{}", fmt::join(flags, " "))),
      bash_values(completes_of(command)));
}

std::string zsh_action(const Option& option) {
  if (option.placeholder.empty()) return {};
  std::string action;
  if (!option.choices.empty()) {
    action = fmt::format("({})", fmt::join(option.choices, " "));
  } else if (option.completes == Completes::kFile) {
    action = "_files";
  } else if (option.completes == Completes::kDirectory) {
    action = "_files -/";
  }
  return fmt::format(":{}:{}", option.placeholder, action);
}

// What stands in brackets of _arguments.
std::string zsh_help(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_case(const Command& command) {
  std::string arguments;
  for (const auto& option : options_of(command)) {
    for (const auto name : split(option.flags, ',')) {
      arguments += fmt::format(" \\\n        {}", quoted(fmt::format("{}{}[{}]{}", option.repeats ? "*" : "", name,
                                                                     zsh_help(option.help), zsh_action(option))));
    }
  }
  switch (completes_of(command)) {
    case Completes::kNothing:
      break;
    case Completes::kFile:
      arguments += " \\\n        '*:file:_files'";
      break;
    case Completes::kDirectory:
      arguments += " \\\n        '*:directory:_files -/'";
      break;
    case Completes::kModel:
      arguments += " \\\n        '*:model:_weigh_models'";
      break;
  }
  return fmt::format("    {})\n      _arguments -s{} ;;\n", quoted(command.path), arguments);
}

std::string zsh_described(const std::vector<std::string_view>& words, std::string_view group) {
  std::string list;
  for (const auto word : words) {
    const std::string path = group.empty() ? std::string{word} : fmt::format("{} {}", group, word);
    list += fmt::format(" {}", quoted(fmt::format("{}:{}", word, zsh_help(summary_of(path)))));
  }
  return list;
}

}  // namespace

std::string bash_completion() {
  std::string groups;
  for (const auto& group : all_groups()) {
    groups += fmt::format("    {}) {}; return ;;\n", group.name,
                          bash_words(fmt::format("{}", fmt::join(second_words(group.name), " "))));
  }
  std::string cases;
  for (const auto& command : all_commands()) cases += bash_case(command);
  std::string group_names;
  for (const auto& group : all_groups()) group_names += fmt::format("{}{}", group_names.empty() ? "" : "|", group.name);
  return fmt::format(
      "# Completion of weigh for bash: source <(weigh completion bash)\n"
      "_weigh() {{\n"
      "  local current=\"${{COMP_WORDS[COMP_CWORD]}}\" previous=\"${{COMP_WORDS[COMP_CWORD-1]}}\" "
      "command=\"${{COMP_WORDS[1]}}\"\n"
      "  if ((COMP_CWORD == 1)); then {}; return; fi\n"
      "  if ((COMP_CWORD == 2)); then\n    case \"$command\" in\n{}    esac\n  fi\n"
      "  case \"$command\" in {}) command=\"$command ${{COMP_WORDS[2]}}\" ;; esac\n"
      "  case \"$command\" in\n{}  esac\n"
      "}}\n"
      "complete -o default -F _weigh weigh\n",
      bash_words(fmt::format("{}", fmt::join(first_words(), " "))), groups, group_names, cases);
}

std::string zsh_completion() {
  std::string groups;
  std::string group_names;
  for (const auto& group : all_groups()) {
    groups += fmt::format("      {}) list=({}); _describe command list; return ;;\n", group.name,
                          zsh_described(second_words(group.name), group.name));
    group_names += fmt::format("{}{}", group_names.empty() ? "" : "|", group.name);
  }
  std::string cases;
  for (const auto& command : all_commands()) cases += zsh_case(command);
  return fmt::format(
      "#compdef weigh\n"
      "# Completion of weigh for zsh: weigh completion zsh > \"${{fpath[1]}}/_weigh\"\n"
      "_weigh_models() {{\n  local -a models\n  models=(${{(f)\"$({})\"}})\n  compadd -a models\n}}\n"
      "_weigh() {{\n"
      "  local -a list\n  local command=\"${{words[2]}}\"\n"
      "  if ((CURRENT == 2)); then\n    list=({})\n    _describe command list\n    return\n  fi\n"
      "  if ((CURRENT == 3)); then\n    case \"$command\" in\n{}    esac\n  fi\n"
      "  case \"$command\" in {}) command=\"$command ${{words[3]}}\" ;; esac\n"
      "  case \"$command\" in\n{}  esac\n"
      "}}\n"
      "if [[ $funcstack[1] == _weigh ]]; then _weigh \"$@\"; else compdef _weigh weigh; fi\n",
      kListModels, zsh_described(first_words(), ""), groups, group_names, cases);
}

std::string fish_completion() {
  std::string text =
      "# Completion of weigh for fish: weigh completion fish > ~/.config/fish/completions/weigh.fish\n"
      "complete -c weigh -f\n";
  for (const auto word : first_words()) {
    text += fmt::format("complete -c weigh -n __fish_use_subcommand -a {} -d {}\n", word, quoted(summary_of(word)));
  }
  for (const auto& command : all_commands()) {
    const auto parts = split(command.path, ' ');
    std::string condition = fmt::format("__fish_seen_subcommand_from {}", parts[0]);
    if (parts.size() == 2) {
      text += fmt::format("complete -c weigh -n '{}; and not __fish_seen_subcommand_from {}' -a {} -d {}\n", condition,
                          fmt::join(second_words(parts[0]), " "), parts[1], quoted(command.summary));
      condition += fmt::format("; and __fish_seen_subcommand_from {}", parts[1]);
    }
    for (const auto& option : options_of(command)) {
      std::string names;
      for (const auto name : split(option.flags, ',')) {
        names += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2)) : fmt::format(" -s {}", name.substr(1));
      }
      std::string values;
      if (!option.placeholder.empty()) {
        values = option.choices.empty() ? (option.completes == Completes::kNothing ? " -x" : " -r -F")
                                        : fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
      }
      text += fmt::format("complete -c weigh -n '{}'{}{} -d {}\n", condition, names, values, quoted(option.help));
    }
    const auto completes = completes_of(command);
    if (completes == Completes::kModel)
      text += fmt::format("complete -c weigh -n '{}' -a '({})'\n", condition, kListModels);
    if (completes == Completes::kFile || completes == Completes::kDirectory)
      text += fmt::format("complete -c weigh -n '{}' -F\n", condition);
  }
  return text;
}

}  // namespace weighhouse::cli
