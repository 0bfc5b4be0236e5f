#include "cli/parse.h"

#include <fmt/format.h>

// The only file that knows CLI11: it costs four seconds to compile. It splits words into commands, options
// and values; what must be there, which choices there are and how refusals read is ours.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <map>
#include <memory>

#include "base/text.h"
#include "cli/help.h"

namespace weighhouse::cli {
namespace {

using Parsed = Result<std::variant<Invocation, HelpText>>;

// One leaf of CLI11's tree and where its values go.
struct Leaf {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  bool help = false;
  std::deque<std::pair<std::string, std::vector<std::string>>> values{};
  std::deque<std::pair<std::string, bool>> switches{};
};

std::string name_of(std::string_view flags) {
  const std::string_view last = split(flags, ',').back();
  return std::string{last.substr(last.find_first_not_of('-'))};
}

void add_option(Leaf& leaf, const Option& option) {
  if (option.placeholder.empty()) {
    auto& target = leaf.switches.emplace_back(name_of(option.flags), false);
    leaf.app->add_flag(std::string{option.flags}, target.second);
    return;
  }
  auto& target = leaf.values.emplace_back(name_of(option.flags), std::vector<std::string>{});
  leaf.app->add_option(std::string{option.flags}, target.second)
      ->expected(1, CLI::detail::expected_max_vector_size)
      ->allow_extra_args(option.takes_many)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_positional(Leaf& leaf, const Positional& positional) {
  auto& target = leaf.values.emplace_back(std::string{positional.name}, std::vector<std::string>{});
  auto* added = leaf.app->add_option(target.first, target.second);
  if (positional.count == Count::kSeveral) {
    added->expected(0, CLI::detail::expected_max_vector_size);
  } else {
    added->expected(1)->allow_extra_args(false);  // else it would eat the words of the next one
  }
}

void fill(Leaf& leaf) {
  leaf.app->set_help_flag("");
  leaf.app->add_flag("-h,--help", leaf.help);
  for (const auto& option : global_options()) add_option(leaf, option);
  if (leaf.command == nullptr) return;
  for (const auto& option : leaf.command->options) add_option(leaf, option);
  for (const auto& positional : leaf.command->positionals) add_positional(leaf, positional);
}

struct Tree {
  CLI::App root{"", "weigh"};
  std::map<std::string, CLI::App*, std::less<>> groups{};
  std::deque<Leaf> leaves{};  // the root's own first

  Tree() {
    root.require_subcommand(0, 1);
    leaves.push_back({.app = &root});
    fill(leaves.back());
    for (const auto& command : all_commands()) {
      const auto words = split(command.path, ' ');
      CLI::App* parent = words.size() == 2 ? group(words[0]) : &root;
      leaves.push_back({.command = &command, .app = parent->add_subcommand(std::string{words.back()})});
      fill(leaves.back());
    }
  }

  CLI::App* group(std::string_view name) {
    if (const auto found = groups.find(name); found != groups.end()) return found->second;
    CLI::App* app = root.add_subcommand(std::string{name});
    app->require_subcommand(0, 1);
    app->set_help_flag("");
    groups.emplace(std::string{name}, app);
    return app;
  }

  const Leaf* chosen() const {
    for (const auto& leaf : leaves) {
      if (leaf.command != nullptr && leaf.app->parsed()) return &leaf;
    }
    return nullptr;
  }
};

tl::unexpected<Error> refuse(std::string message, std::string_view command) {
  const std::string help = command.empty() ? "weigh --help" : fmt::format("weigh {} --help", command);
  return fail(ErrorCode::kInvalidArgument, fmt::format("{} Try `{}`.", message, help));
}

// The first word of a command that looks like `word`; empty for none.
std::string_view similar(std::string_view word) {
  std::string_view best;
  std::size_t least = 3;
  for (const auto& command : all_commands()) {
    const auto candidate = split(command.path, ' ').front();
    if (const auto distance = edit_distance(word, candidate); distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

tl::unexpected<Error> unknown_command(std::string_view word) {
  const auto guess = similar(word);
  const std::string hint = guess.empty() ? "" : fmt::format(" Did you mean `weigh {}`?", guess);
  return refuse(fmt::format("There is no command \"{}\".{}", printable(word), hint), "");
}

Result<> check_choices(const std::vector<Option>& options, const Invocation& invocation) {
  for (const auto& option : options) {
    if (option.choices.empty()) continue;
    for (const auto& value : invocation.arguments.list(name_of(option.flags))) {
      if (std::find(option.choices.begin(), option.choices.end(), value) != option.choices.end()) continue;
      return refuse(fmt::format("--{} takes one of {}, not \"{}\".", name_of(option.flags),
                                fmt::join(option.choices, ", "), printable(value)),
                    invocation.command->path);
    }
  }
  return {};
}

Result<> check_invocation(const Invocation& invocation) {
  const Command& command = *invocation.command;
  for (const auto& positional : command.positionals) {
    if (positional.count != Count::kOptional && !invocation.arguments.has(positional.name)) {
      return refuse(fmt::format("`weigh {}` needs {}: {}.", command.path, positional.name, positional.help),
                    command.path);
    }
  }
  TRY(check_choices(command.options, invocation));
  return check_choices(global_options(), invocation);
}

void take_values(const Leaf& leaf, Arguments& arguments) {
  for (const auto& [name, values] : leaf.values) {
    arguments.declare(name);
    for (const auto& value : values) arguments.add(name, value);
  }
  for (const auto& [name, is_set] : leaf.switches) {
    arguments.declare(name);
    if (is_set) arguments.add(name, "");
  }
}

// What was read once `words` had been split: help, a command, or what is missing.
Parsed read(const Tree& tree, const std::vector<std::string>& words) {
  const Leaf* leaf = tree.chosen();
  const Leaf& root = tree.leaves.front();
  if (leaf == nullptr) {
    for (const auto& [name, app] : tree.groups) {
      if (app->parsed()) return HelpText{group_help(name)};
    }
    if (root.help || words.empty()) return HelpText{main_help()};
    return refuse("No command was given.", "");
  }
  if (leaf->help || root.help) return HelpText{command_help(*leaf->command)};
  Invocation invocation{.command = leaf->command, .arguments = {}};
  take_values(root, invocation.arguments);
  take_values(*leaf, invocation.arguments);
  TRY(check_invocation(invocation));
  return invocation;
}

// What CLI11 could not place, as a refusal of ours.
Parsed refuse_words(Tree& tree, const std::string& reason) {
  const auto unplaced = tree.root.remaining(true);
  const Leaf* leaf = tree.chosen();
  if (unplaced.empty()) return refuse(reason + ".", leaf != nullptr ? leaf->command->path : "");
  const std::string& word = unplaced.front();
  if (leaf != nullptr) {
    return refuse(fmt::format("`weigh {}` does not take \"{}\". It is used so: `{}`.", leaf->command->path,
                              printable(word), usage(*leaf->command)),
                  leaf->command->path);
  }
  for (const auto& [name, app] : tree.groups) {
    if (!app->parsed()) continue;
    if (word == "-h" || word == "--help") return HelpText{group_help(name)};
    if (word.starts_with('-'))
      return refuse(
          fmt::format("`weigh {}` is a group of commands. Name one of them before {}.", name, printable(word)), name);
    return refuse(fmt::format("There is no command \"{} {}\".", name, printable(word)), name);
  }
  if (word.starts_with('-')) return refuse(fmt::format("There is no option \"{}\".", printable(word)), "");
  return unknown_command(word);
}

}  // namespace

Result<std::variant<Invocation, HelpText>> parse(const std::vector<std::string>& words) {
  if (words.size() == 1 && words.front() == "--version") return parse({"version"});
  Tree tree;
  // CLI11 takes them off the back.
  std::vector<std::string> reversed{words.rbegin(), words.rend()};
  try {
    tree.root.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return refuse_words(tree, error.what());
  }
  return read(tree, words);
}

}  // namespace weighhouse::cli
