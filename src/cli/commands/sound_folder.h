#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/commands/file_walk.h"
#include "cli/context.h"

namespace weighhouse::cli {

// The row of `weigh fine-tune`, as commands.h has others.
std::vector<Command> fine_tuning_commands();

// The files of sound below a folder, told by their endings. kInvalidArgument where there is none.
Result<std::vector<LocalFile>> sounds_in(const std::string& folder);

// Sends what the server lacks of these files, and lists them all as a request has it: [{"digest", "name"}].
Result<boost::json::array> send_sounds(Context& context, const client::Client& api,
                                       const std::vector<std::string>& paths, std::string_view what);

// What somebody wrote down of a file of sound.
struct Annotation {
  std::string label{};
  std::vector<double> values{};
  std::vector<std::string> references{};  // paths
};

// By file, from .json ({"a.wav": "yes"}) or .csv (a file and what is said of it, a line each). What is said is a label,
// numbers for the task "regression", files for "separation", which lie beside the annotations.
Result<std::map<std::string, Annotation>> read_annotations(const std::string& path, const std::string& task);

// What the voices in a sound were, by its name in a folder: REFERENCES/a.wav, or a.wav in each folder below
// REFERENCES, in their order. Nothing where there is none.
Annotation references_of(const std::string& folder, const std::string& name);

struct SoundFolder {
  std::string audio;
  std::optional<std::string> annotations{};
  std::optional<std::string> references{};
  std::optional<std::string> noise{};
  std::string task{};
};
// Sends all of it and adds "audio" and "noise" to the request. kInvalidArgument for annotations of a file that is not
// there.
Result<> send_sound_folder(Context& context, const client::Client& api, const SoundFolder& folder,
                           client::Object& request);

}  // namespace weighhouse::cli
