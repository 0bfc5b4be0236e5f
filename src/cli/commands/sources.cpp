#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands/run_job.h"
#include "cli/commands/sharing_commands.h"
#include "cli/context.h"
#include "cli/format.h"
#include "client/sharing.h"

namespace weighhouse::cli {
namespace {

using client::Object;

// What an address most likely is, where nobody said.
std::string guess_kind(const std::string& address) {
  if (address.starts_with('/') || address.starts_with("file://")) return "folder";
  if (address.starts_with("s3://") || address.starts_with("gs://")) return "bucket";
  if (address.find("huggingface") != std::string::npos) return "hub";
  const auto path = address.find('/', address.find("://") + 3);
  return path == std::string::npos || path + 1 == address.size() ? "weighhouse" : "update-server";
}

Result<> add(Context& context, const Arguments& arguments) {
  const auto& address = arguments.get("ADDRESS");
  if (!address.starts_with('/') && address.find("://") == std::string::npos) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("\"{}\" is neither an address nor a folder. Write https://host/path, s3://bucket/prefix, or the "
                    "whole path of a folder, such as /mnt/usb/models.",
                    printable(address, 80)));
  }
  Object source{{"name", arguments.get("NAME")},
                {"address", address},
                {"kind", arguments.find("kind").value_or(guess_kind(address))}};
  for (const auto* name : {"channel", "namespace", "policy"}) {
    if (const auto given = arguments.find(name)) source[name] = *given;
  }
  if (const auto key = arguments.find("key")) source["public_key"] = *key;
  constexpr std::int64_t kMinutesOfAYear = 60 * 24 * 366;
  if (const auto minutes = TRY(arguments.find_integer("every", 1, kMinutesOfAYear)))
    source["interval_seconds"] = *minutes * 60;
  const auto client = TRY(context.connect());
  const client::Sharing api{client};
  const Object added = TRY(api.add_source(source));
  if (context.wants_json()) {
    context.print_json(added);
  } else {
    context.say(fmt::format("Added {}, a source of the kind {}.", text_at(added, "name"), text_at(added, "kind")));
  }
  return {};
}

Result<> list(Context& context, const Arguments&) {
  const auto client = TRY(context.connect());
  const client::Sharing api{client};
  const Object reply = TRY(api.list_sources());
  if (context.wants_json()) {
    context.print_json(reply);
    return {};
  }
  Table table{{{"NAME"},
               {"KIND"},
               {"ADDRESS", Align::kLeft, Yield::kShrinks, 20},
               {"CHANNEL", Align::kLeft, Yield::kGoes},
               {"UPDATES", Align::kLeft, Yield::kGoes},
               {"SIGNED", Align::kLeft, Yield::kGoes},
               {"ASKED", Align::kLeft, Yield::kGoes},
               {"FAILURE", Align::kLeft, Yield::kShrinksOrGoes, 20}}};
  for (const auto& item : list_at(reply, "sources")) {
    const Object& one = as_object(item);
    table.add_row({text_at(one, "name"), text_at(one, "kind"), text_at(one, "address"), text_at(one, "channel"),
                   text_at(one, "policy"), text_at(one, "public_key").empty() ? "no" : "yes",
                   format_time(text_at(one, "checked_at")), text_at(one, "failure")});
  }
  if (table.empty()) {
    context.say("There are no sources. \"weigh source add NAME ADDRESS\" adds one.");
  } else {
    context.print(table);
  }
  return {};
}

Result<> remove(Context& context, const Arguments& arguments) {
  const auto client = TRY(context.connect());
  const client::Sharing api{client};
  TRY(api.remove_source(arguments.get("NAME")));
  context.say(fmt::format("{} is no source any more. What came from it stays.", arguments.get("NAME")));
  return {};
}

// "acme:jarvis" in two.
Result<std::pair<std::string, std::string>> source_and_id(const std::string& text) {
  const auto colon = text.find(':');
  if (colon != std::string::npos && colon > 0 && colon + 1 < text.size())
    return std::pair{text.substr(0, colon), text.substr(colon + 1)};
  return fail(ErrorCode::kInvalidArgument, fmt::format("\"{}\" names no model of a source. Write SOURCE:MODEL, such as "
                                                       "acme:jarvis; \"weigh source list\" shows the sources.",
                                                       printable(text, 80)));
}

Result<> policy(Context& context, const Arguments& arguments) {
  const auto [source, id] = TRY(source_and_id(arguments.get("MODEL")));
  const auto client = TRY(context.connect());
  const client::Sharing api{client};
  TRY(api.put_policy(source, {{"id", id}, {"policy", arguments.get("POLICY")}}));
  context.say(fmt::format("Updates of {} from {}: {}.", id, source, arguments.get("POLICY")));
  return {};
}

std::string texts_of(const Object& object, std::string_view key) {
  std::string text;
  for (const auto& item : list_at(object, key)) {
    if (item.is_string()) text += (text.empty() ? "" : ", ") + std::string{item.get_string()};
  }
  return text;
}

Result<Object> check(Context& context, const client::Sharing& api, const std::optional<std::string>& source) {
  Object which;
  if (source) which["source"] = *source;
  Object checked = TRY(api.check_updates(which));
  for (const auto& item : list_at(checked, "failures")) {
    const Object& failure = as_object(item);
    context.note(fmt::format("{}: {}", text_at(failure, "source"), text_at(failure, "message")));
  }
  return checked;
}

// What every source says when all of them failed is a failure of the command.
Result<> require_an_answer(const Object& checked) {
  const auto& failures = list_at(checked, "failures");
  if (failures.empty() || !list_at(checked, "updates").empty()) return {};
  return fail(ErrorCode::kUnavailable, "Not every source could be asked.");
}

// Where nobody was asked, "up to date" would be a promise.
Result<> say_nothing_is_new(Context& context, const client::Sharing& api) {
  const Object sources = TRY(api.list_sources());
  context.say(list_at(sources, "sources").empty()
                  ? "There is no source to ask for updates. \"weigh source add NAME ADDRESS\" adds one."
                  : "All models are up to date.");
  return {};
}

Result<> updates(Context& context, const Arguments& arguments) {
  const auto client = TRY(context.connect());
  const client::Sharing api{client};
  const Object checked = TRY(check(context, api, arguments.find("SOURCE")));
  if (context.wants_json()) {
    context.print_json(checked);
    return require_an_answer(checked);
  }
  Table table{{{"MODEL"},
               {"SOURCE"},
               {"HERE", Align::kRight},
               {"AVAILABLE", Align::kRight},
               {"SIZE", Align::kRight},
               {"WHAT IS BETTER", Align::kLeft, Yield::kShrinksOrGoes, 20}}};
  for (const auto& item : list_at(checked, "updates")) {
    const Object& update = as_object(item);
    const auto better = texts_of(update, "improvements");
    const auto* size = update.if_contains("size_bytes");
    table.add_row({text_at(update, "id"), text_at(update, "source"),
                   text_at(update, "current").empty() ? "-" : text_at(update, "current"), text_at(update, "available"),
                   size == nullptr || size->is_null() ? "" : format_size(count_at(update, "size_bytes")),
                   better.empty() ? text_at(update, "description") : better});
  }
  TRY(require_an_answer(checked));
  if (table.empty()) return say_nothing_is_new(context, api);
  context.print(table);
  context.note("\"weigh update NAME\" brings one of them, \"weigh update\" all.");
  return {};
}

Result<> tell_of(Context& context, const Object& job) {
  const Object& result = object_at(job, "result");
  context.say(fmt::format("{}@{} {} {} of {}: {} came, {} were here.", text_at(result, "reference"),
                          count_at(result, "version"), flag_at(result, "new") ? "is" : "already was",
                          text_at(result, "remote_version").empty() ? "the file" : text_at(result, "remote_version"),
                          text_at(object_at(job, "parameters"), "source"),
                          format_size(count_at(result, "fetched_bytes")),
                          format_size(count_at(result, "reused_bytes"))));
  return {};
}

Result<> update(Context& context, const Arguments& arguments) {
  const auto client = TRY(context.connect());
  const client::Sharing api{client};
  const Object checked = TRY(check(context, api, std::nullopt));
  Object which;
  if (const auto name = arguments.find("NAME")) which["model"] = *name;
  const Object begun = TRY(api.apply_updates(which));
  boost::json::array ended;
  std::optional<Error> failure;
  for (const auto& item : list_at(begun, "jobs")) {
    auto job = run_job(context, client, as_object(item), OnInterrupt::kCancel);
    if (job) {
      TRY(tell_of(context, *job));
      ended.push_back(boost::json::value(std::move(*job)));
      continue;
    }
    context.note(job.error().message);
    if (!failure) failure = job.error();
    if (job.error().code == ErrorCode::kCancelled) break;
  }
  if (context.wants_json()) context.print_json(boost::json::value(Object{{"jobs", std::move(ended)}}));
  if (failure) return fail(*failure);
  if (list_at(begun, "jobs").empty()) {
    TRY(require_an_answer(checked));
    return say_nothing_is_new(context, api);
  }
  return {};
}

boost::json::array texts(const std::vector<std::string>& list) {
  boost::json::array array;
  for (const auto& text : list) array.emplace_back(text);
  return array;
}

Result<> pull(Context& context, const Arguments& arguments) {
  auto [source, id] = TRY(source_and_id(arguments.get("MODEL")));
  Object order{{"source", source},
               {"include", texts(arguments.list("include"))},
               {"exclude", texts(arguments.list("exclude"))},
               {"in_library", arguments.has("library")}};
  if (const auto at = id.rfind('@'); at != std::string::npos) {
    order["version"] = id.substr(at + 1);
    id.erase(at);
    if (id.empty() || text_at(order, "version").empty()) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("\"{}\" lacks a name or a version. Write SOURCE:MODEL for the "
                              "newest, SOURCE:MODEL@VERSION for another.",
                              printable(arguments.get("MODEL"), 80)));
    }
  }
  order["id"] = id;
  if (const auto name = arguments.find("as")) order["as"] = *name;
  const auto client = TRY(context.connect());
  const client::Sharing api{client};
  const Object begun = TRY(api.start_download(order));
  const Object job = TRY(run_job(context, client, begun, OnInterrupt::kCancel));
  if (context.wants_json()) {
    context.print_json(job);
    return {};
  }
  return tell_of(context, job);
}

Result<> catalog(Context& context, const Arguments& arguments) {
  const auto client = TRY(context.connect());
  const client::Sharing api{client};
  const Object reply = TRY(api.list_catalog());
  if (context.wants_json()) {
    context.print_json(reply);
    return {};
  }
  const auto component = arguments.find("COMPONENT");
  Table table{{{"MODEL"},
               {"SIZE", Align::kRight},
               {"MEMORY", Align::kRight, Yield::kGoes},
               {"SPEED", Align::kRight, Yield::kGoes},
               {"USE", Align::kLeft, Yield::kShrinksOrGoes, 12}}};
  for (const auto& item : list_at(reply, "models")) {
    const Object& one = as_object(item);
    if (component && text_at(one, "component") != *component) continue;
    const auto use = text_at(one, "use");
    const auto grade = text_at(one, "quality").empty() ? text_at(one, "accuracy") : text_at(one, "quality");
    table.add_row({text_at(one, "id"), text_at(one, "size"), text_at(one, "memory"), text_at(one, "speed"),
                   grade.empty() || use.empty() ? grade + use : fmt::format("{}; {}", grade, use)});
  }
  if (table.empty()) {
    return fail(ErrorCode::kNotFound,
                fmt::format("The catalog has nothing for \"{}\": its components are asr, tts and nlu.",
                            component.value_or("")));
  }
  context.print(table);
  context.note(
      "\"weigh pull catalog:whisper/base\" brings one of them. No address was verified unless --json says so.");
  return {};
}

}  // namespace

std::vector<Command> source_commands() {
  const Positional name{"NAME", "the name of the source"};
  const Positional model{"MODEL", "SOURCE:MODEL, such as acme:jarvis"};
  return {
      {"source add",
       "name a place that models come from",
       "  weigh source add acme https://models.example.com\n"
       "  weigh source add vsat https://models.example.com/updates --key ed25519:... --every 1440 --policy download\n"
       "  weigh source add usb /mnt/usb/models\n"
       "  weigh source add hf https://huggingface.co --kind hub\n\n"
       "With a key, lists that are unsigned, altered, expired or older than the last one are refused.",
       {name, {"ADDRESS", "https://…, or a folder of the machine that keeps the home"}},
       {{"--kind",
         "KIND",
         "what it is; else guessed by the address",
         false,
         {"update-server", "weighhouse", "hub", "files", "folder", "bucket"}},
        {"--channel", "CHANNEL", "stable, beta or any other word"},
        {"--key", "KEY", "the key that its lists must be signed with"},
        {"--namespace", "NAME", "where new models from it go; custom unless said otherwise"},
        {"--policy",
         "POLICY",
         "what happens to updates that a regular check finds",
         false,
         {"notify", "download", "apply"}},
        {"--every", "MINUTES", "check regularly, a tenth earlier or later"}},
       add},
      {"source list", "the sources, and how the last check of each went", "", {}, {}, list},
      {"source remove", "forget a source; what came from it stays", "", {name}, {}, remove},
      {"source policy",
       "what happens to updates of one model",
       "",
       {model, {"POLICY", "notify, download or apply"}},
       {},
       policy},
      {"updates",
       "ask the sources for newer versions",
       "",
       {{"SOURCE", "only this one", Count::kOptional}},
       {},
       updates},
      {"update",
       "bring newer versions and make them current; the old ones stay",
       "  weigh update\n  weigh update jarvis\n\nBack again: weigh rollback jarvis current",
       {{"NAME", "a model, as its source calls it", Count::kOptional}},
       {},
       update},
      {"catalog",
       "models that can be had, with what they need",
       "home/catalog.json may hold further ones, in the form of the list that comes with the program.",
       {{"COMPONENT", "only these: asr, tts or nlu", Count::kOptional}},
       {},
       catalog},
      {"pull",
       "bring a model from a source",
       "  weigh pull acme:jarvis\n  weigh pull acme:jarvis@3\n  weigh pull catalog:whisper/base --library\n"
       "  weigh pull hf:TheBloke/Mistral-7B-GGUF --include \"*Q4_K_M.gguf\" --as mistral\n\n"
       "What came before a lost connection or Ctrl-C is kept: the same command goes on with it.",
       {model},
       {{"--include", "PATTERN", "only files whose path matches, such as *.gguf", true},
        {"--exclude", "PATTERN", "no files whose path matches", true},
        {"--as", "NAME", "the model it becomes a version of"},
        {"--library", "", "give the model a folder in the library"}},
       pull},
  };
}

}  // namespace weighhouse::cli
