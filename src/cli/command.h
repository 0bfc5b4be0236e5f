#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weighhouse::cli {

class Arguments;
class Context;

// What a shell offers after Tab.
enum class Completes : std::uint8_t { kNothing, kFile, kDirectory, kModel };

struct Option {
  std::string_view flags;        // "-o,--output": the last one is the name that `Arguments` knows, without dashes
  std::string_view placeholder;  // "DIR"; empty for a switch
  std::string_view help;
  bool repeats = false;
  std::vector<std::string_view> choices{};
  Completes completes = Completes::kNothing;
  bool takes_many = false;  // every word up to the next option: "--recordings *.wav"
};

enum class Count : std::uint8_t { kOne, kOptional, kSeveral };  // several: one or more

struct Positional {
  std::string_view name;  // "REF"
  std::string_view help;
  Count count = Count::kOne;
  Completes completes = Completes::kNothing;
};

// One row of the table from which parsing, help and shell completion are made.
struct Command {
  std::string_view path;     // "alias set": one word or two
  std::string_view summary;  // one line
  std::string_view details;  // what --help adds: examples, and what is undone how
  std::vector<Positional> positionals;
  std::vector<Option> options;
  Result<> (*run)(Context& context, const Arguments& arguments);
};

// What stands before every group of commands of two words: {"alias", "names that move…"}.
struct Group {
  std::string_view name;
  std::string_view summary;
};

// In the order of `weigh --help`.
const std::vector<Command>& all_commands();
std::span<const Group> all_groups();
// Options that every command takes.
const std::vector<Option>& global_options();

}  // namespace weighhouse::cli
