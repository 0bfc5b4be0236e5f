#include <array>
#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/metadata_file.h"
#include "cli/context.h"
#include "client/data_client.h"

namespace weighhouse::cli {
namespace {

using client::Object;
using registry::Reference;

const std::vector<std::string_view> kKinds{"wake-word", "text-classifier", "separator", "detector", "encoder", "other"};

// Options of both rows below, and the keys of the API that they set.
constexpr std::array kModelTexts{std::pair{"kind", "kind"}, std::pair{"display-name", "display_name"},
                                 std::pair{"description", "description"}, std::pair{"licence", "licence"}};

Result<> create(Context& context, const Arguments& arguments) {
  const auto ref = TRY(registry::ModelRef::parse(arguments.get("NAME")));
  Object model{{"name", ref.name.text()}};
  if (ref.name_space) model["namespace"] = ref.name_space->text();
  for (const auto& [option, key] : kModelTexts) {
    if (const auto value = arguments.find(option)) model[key] = *value;
  }
  const auto api = TRY(context.connect());
  const Object made = TRY(api.create_model(model));
  if (context.wants_json()) context.print_json(made);
  context.say(fmt::format("Made {}; it has no version yet.", text_at(made, "reference")));
  return {};
}

tl::unexpected<Error> wrong_subject(std::string_view option, bool version) {
  return fail(ErrorCode::kInvalidArgument,
              version
                  ? fmt::format("--{} is of a model, not of one version: leave out the \"@…\".", option)
                  : fmt::format("--{} is of a version: say which one, such as jarvis@3 or jarvis@current.", option));
}

Result<Object> model_change(const Arguments& arguments) {
  Object change;
  for (const auto* option : {"label", "notes", "metadata", "remote-version"}) {
    if (arguments.has(option)) return wrong_subject(option, false);
  }
  for (const auto& [option, key] : kModelTexts) {
    if (const auto value = arguments.find(option)) change[key] = *value;
  }
  if (const auto text = arguments.find("rename")) {
    const auto renamed = TRY(registry::ModelRef::parse(*text));
    change["name"] = renamed.name.text();
    if (renamed.name_space) change["namespace"] = renamed.name_space->text();
  }
  return change;
}

Result<Object> version_change(const Arguments& arguments) {
  Object change;
  if (arguments.has("rename")) return wrong_subject("rename", true);
  for (const auto& [option, key] : kModelTexts) {
    if (arguments.has(option)) return wrong_subject(option, true);
  }
  if (arguments.has("training")) return wrong_subject("training", true);
  if (const auto label = arguments.find("label")) {
    change["label"] = label->empty() ? boost::json::value(nullptr) : boost::json::value(*label);
  }
  if (const auto notes = arguments.find("notes")) change["notes"] = *notes;
  if (const auto remote = arguments.find("remote-version")) change["remote_version"] = *remote;
  if (const auto path = arguments.find("metadata")) change["metadata"] = TRY(read_metadata_file(*path));
  return change;
}

Result<> edit(Context& context, const Arguments& arguments) {
  const auto reference = TRY(Reference::parse(arguments.get("REF")));
  const Object change = TRY(reference.version ? version_change(arguments) : model_change(arguments));
  const auto training = arguments.find("training");
  if (change.empty() && !training)
    return fail(ErrorCode::kInvalidArgument, "Nothing to change was given; `weigh edit --help` lists what can be.");
  const Object learned = training ? TRY(read_metadata_file(*training)) : Object{};
  const auto api = TRY(context.connect());
  Object reply;
  if (!change.empty()) {
    reply = TRY(reference.version ? api.update_version(reference, change) : api.update_model(reference.model, change));
  }
  if (training) {
    const auto model = change.empty() ? reference.model : TRY(registry::ModelRef::parse(text_at(reply, "reference")));
    auto changed = client::DataClient{api}.update_training(model, learned);
    if (!changed && !change.empty()) {
      return fail(changed.error().code, changed.error().message + " What else was asked for is done.");
    }
    reply = TRY(std::move(changed));
  }
  if (context.wants_json()) context.print_json(reply);
  context.say(fmt::format("Changed {}.", text_at(reply, "reference")));
  return {};
}

std::vector<Option> model_options() {
  return {{"-k,--kind", "KIND", "what sort of model it is", false, kKinds},
          {"--display-name", "TEXT", "how it is shown, in any script"},
          {"--description", "TEXT", "the model card, in Markdown"},
          {"--licence", "TEXT", "such as Apache-2.0"}};
}

}  // namespace

std::vector<Command> edit_commands() {
  auto options = model_options();
  options.insert(
      options.end(),
      {{"--rename", "NAME", "a new name, or namespace/name"},
       {"--training",
        "FILE",
        "a JSON object: dataset, training_slices, classes, trained, score, meta and more, as in PATCH "
        "/api/models/{model}/training",
        false,
        {},
        Completes::kFile},
       {"--label", "WORD", "of a version, such as v1.1; \"\" takes it away"},
       {"--notes", "TEXT", "of a version"},
       {"--metadata", "FILE", "of a version: a JSON object that replaces what is there", false, {}, Completes::kFile},
       {"--remote-version", "TEXT", "of a version: its number where it came from"}});
  return {
      {"create",
       "make a model that has no version yet",
       "  weigh create jarvis --kind wake-word",
       {{"NAME", "name, or namespace/name"}},
       model_options(),
       create},
      {"edit",
       "change what is said of a model or version; its files never change",
       "  weigh edit jarvis --licence Apache-2.0 --rename butler\n  weigh edit jarvis@3 --label v1.1 --notes \"trained "
       "on the night recordings\"",
       {{"REF", "a model or a version", Count::kOne, Completes::kModel}},
       options,
       edit},
  };
}

}  // namespace weighhouse::cli
