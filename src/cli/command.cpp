#include "cli/command.h"

#include <array>
#include <iterator>

#include "cli/commands/commands.h"
#include "cli/commands/data_commands.h"
#include "cli/commands/sharing_commands.h"
#include "cli/commands/sound_folder.h"

namespace weighhouse::cli {

const std::vector<Command>& all_commands() {
  static const std::vector<Command> kCommands = [] {
    std::vector<Command> all;
    for (auto* topic :
         {serve_commands,          import_commands,    model_commands,     edit_commands,        inspect_commands,
          diff_commands,           download_commands,  trash_commands,     alias_commands,       gate_commands,
          mark_commands,           history_commands,   source_commands,    publishing_commands,  bundle_commands,
          learning_commands,       listening_commands, wake_word_commands, fine_tuning_commands, prediction_commands,
          comparison_commands,     keeping_commands,   backup_commands,    job_commands,         access_commands,
          dataset_import_commands, dataset_commands,   insight_commands,   shell_commands}) {
      auto commands = topic();
      std::move(commands.begin(), commands.end(), std::back_inserter(all));
    }
    return all;
  }();
  return kCommands;
}

std::span<const Group> all_groups() {
  static constexpr std::array kGroups{
      Group{"trash", "what was deleted and can still be restored"},
      Group{"alias", "movable names for versions: list, set, rm"},
      Group{"gate", "what an alias demands before it moves: list, set, rm, test"},
      Group{"train", "learn from examples that are not texts: wake-word"},
      Group{"tag", "words that a model carries: list, set, rm"},
      Group{"metrics", "numbers that a version reached: list, add"},
      Group{"dataset", "data to train and weigh on: import, list, show, items, download, create, edit, rm"},
      Group{"slice", "named parts of a dataset: list, create, edit, add, take, rm"},
      Group{"bulk",
            "one change to all models that a filter finds: delete, pin, unpin, tag, untag, archive, unarchive, undo"},
      Group{"library", "the folder of models to read and to drop into: scan, problems"},
      Group{"source", "where models and updates come from: add, list, remove, policy"},
      Group{"bundle", "models in one file, for a place without a network: create, import, have"},
      Group{"jobs", "work that outlasts a request: list, show, watch, cancel"},
      Group{"token", "who may do what from elsewhere: create, list, rm"},
  };
  return kGroups;
}

const std::vector<Option>& global_options() {
  static const std::vector<Option> kOptions{
      {"--server", "URL", "talk to this server instead of the home's own (WEIGH_SERVER)"},
      {"--token-file",
       "FILE",
       "a file that holds the token for it (WEIGH_TOKEN_FILE; WEIGH_TOKEN holds the token itself)",
       false,
       {},
       Completes::kFile},
      {"--home", "DIR", "where models are kept (WEIGH_HOME, else ~/.weighhouse)", false, {}, Completes::kDirectory},
      {"--json", "", "print the API's JSON instead of text"},
      {"-q,--quiet", "", "no progress and no remarks"},
  };
  return kOptions;
}

}  // namespace weighhouse::cli
