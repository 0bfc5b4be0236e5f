#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/command.h"

namespace weighhouse::cli {

struct Invocation {
  const Command* command;
  Arguments arguments;
};

// A text that was asked for with --help.
struct HelpText {
  std::string text;
};

// `words` without the program's name. kInvalidArgument names the word that is wrong and the help to read.
Result<std::variant<Invocation, HelpText>> parse(const std::vector<std::string>& words);

}  // namespace weighhouse::cli
