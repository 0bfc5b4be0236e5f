#include "services/puller.h"

#include <algorithm>
#include <boost/json.hpp>

#include "auth/token.h"
#include "base/id.h"
#include "base/text.h"
#include "registry/manifest.h"
#include "services/assortment.h"
#include "services/fetcher.h"
#include "services/metadata.h"

namespace weighhouse::services {
namespace json = boost::json;

using registry::ModelRef;
using registry::Source;
using registry::Transaction;
using registry::UpdatePolicy;
using registry::VersionNumber;
using registry::VersionWord;

namespace {

constexpr const char* kClientNote = "updates.client_id";
constexpr std::size_t kLookedThrough = 500;
constexpr std::size_t kSimilarVersions = 2;
constexpr std::size_t kSimilarFiles = 24;
constexpr std::size_t kNamedFiles = 6;

std::string to_json(const PullOrder& order) {
  return json::serialize(json::object{{"source", order.source},
                                      {"id", order.id},
                                      {"version", order.version},
                                      {"include", json::value_from(order.include)},
                                      {"exclude", json::value_from(order.exclude)},
                                      {"as", order.as},
                                      {"policy", registry::to_string(order.policy)},
                                      {"in_library", order.in_library}});
}

// Of our own making: a text that is not is a bug.
Result<PullOrder> parse_order(const std::string& parameters) {
  try {
    const auto object = json::parse(parameters).as_object();
    const auto policy = TRY(registry::parse_update_policy(json::value_to<std::string>(object.at("policy"))));
    const auto text = [&](const char* key) { return json::value_to<std::string>(object.at(key)); };
    return PullOrder{.source = text("source"),
                     .id = text("id"),
                     .version = text("version"),
                     .include = json::value_to<std::vector<std::string>>(object.at("include")),
                     .exclude = json::value_to<std::vector<std::string>>(object.at("exclude")),
                     .as = text("as"),
                     .policy = policy,
                     .in_library = object.at("in_library").as_bool()};
  } catch (const std::exception& thrown) {
    return fail(ErrorCode::kInternal, std::string{"The order of a download cannot be read: "} + thrown.what());
  }
}

bool is_wanted(const RemoteFile& file, const PullOrder& order) {
  const auto matches = [&](const std::string& pattern) { return matches_pattern(file.path.text(), pattern); };
  return (order.include.empty() || std::any_of(order.include.begin(), order.include.end(), matches)) &&
         std::none_of(order.exclude.begin(), order.exclude.end(), matches);
}

Result<std::vector<RemoteFile>> wanted_files(const RemoteVersion& version, const PullOrder& order) {
  std::vector<RemoteFile> wanted;
  std::vector<registry::File> named;
  for (const auto& file : version.files) {
    if (!is_wanted(file, order)) continue;
    wanted.push_back(file);
    named.push_back({file.path, {}});
  }
  if (wanted.empty()) {
    std::string some;
    for (std::size_t i = 0; i < std::min(version.files.size(), kNamedFiles); ++i)
      some += (i > 0 ? ", " : "") + version.files[i].path.text();
    if (version.files.size() > kNamedFiles) some += ", …";
    return fail(ErrorCode::kFailedPrecondition, "None of the " + std::to_string(version.files.size()) + " files of \"" +
                                                    printable(version.id, 80) +
                                                    "\" is wanted by --include and --exclude. It has " + some + ".");
  }
  TRY(registry::check_files(named));
  return wanted;
}

// The record of an update says where it came from, in the words of the programs that read registry.json; what its maker
// wrote stands beside it.
std::string metadata_of(const RemoteVersion& version, const Fetched& fetched, std::uint64_t size_bytes, Timestamp now) {
  json::error_code error;
  auto parsed = json::parse(version.metadata, error);
  json::object metadata = !error && parsed.is_object() ? std::move(parsed.get_object()) : json::object{};
  const auto number = parse_int(version.version);
  metadata["version"] = number ? json::value(*number) : json::value(version.version);
  metadata["download_date"] = now.to_string();
  if (!version.description.empty() || !metadata.contains("description")) metadata["description"] = version.description;
  metadata["size"] = size_bytes > 0 ? size_bytes : fetched.fetched_bytes;
  return json::serialize(metadata);
}

// Points `current` at a version that is here.
Result<> move_current(Transaction& rows, const Caller& caller, const registry::Model& model, VersionNumber number,
                      Timestamp now) {
  if (model.current == number) return {};
  TRY(rows.put_alias(model.id, {.name = VersionWord::current(),
                                .number = number,
                                .held = model.current_held,
                                .moved_at = now,
                                .moved_by = caller.identity.name}));
  return record(rows, caller, now,
                {.action = "alias.moved",
                 .model = &model,
                 .version = number,
                 .subject = "current",
                 .details = "{\"from\":" + (model.current ? std::to_string(model.current->value()) : "null") +
                            ",\"to\":" + std::to_string(number.value()) + "}"});
}

// Weights of the newest versions and of the current one: what a new version has in common with any, it has with these.
Result<std::vector<Digest>> similar_files(const registry::MetadataStore& metadata, const ModelRef& target) {
  return metadata.read_value<std::vector<Digest>>([&](Transaction& rows) -> Result<std::vector<Digest>> {
    std::vector<Digest> digests;
    const auto model = TRY(rows.find_model(target));
    if (!model) return digests;
    std::vector<VersionNumber> numbers;
    const auto newest = TRY(rows.list_versions(model->id, kSimilarVersions, {}));
    for (const auto& version : newest.items) numbers.push_back(version.number);
    if (model->current) numbers.push_back(*model->current);
    for (const auto& number : numbers) {
      const auto files = TRY(rows.list_files(model->id, number));
      for (const auto& file : files) {
        const bool known = std::find(digests.begin(), digests.end(), file.digest) != digests.end();
        if (file.role == registry::Role::kWeights && !known && digests.size() < kSimilarFiles)
          digests.push_back(file.digest);
      }
    }
    return digests;
  });
}

struct Brought {
  PullOrder order;
  ModelRef target;
  RemoteVersion version;
  Fetched fetched;
  Publisher::Write publish;
  Digest manifest;
};

// The version with exactly these files, when it is here already.
Result<std::optional<registry::Version>> find_twin(Transaction& rows, const Brought& brought) {
  const auto model = TRY(rows.find_model(brought.target));
  if (!model) return std::optional<registry::Version>{};
  const auto number = TRY(rows.find_version_by_manifest(model->id, brought.manifest));
  if (!number) return std::optional<registry::Version>{};
  return rows.find_version(model->id, *number);
}

Result<std::string> write_version(Transaction& rows, const Caller& caller, const Brought& brought, Timestamp now) {
  const auto before = TRY(rows.find_model(brought.target));
  auto twin = TRY(find_twin(rows, brought));
  const bool is_new = !twin;
  VersionNumber number{0};
  std::string reference;
  if (twin) {
    number = twin->number;
    reference = before->reference();
    if (twin->remote_version != brought.version.version) {
      twin->remote_version = brought.version.version;
      twin->origin.source = origin_of(brought.order.source, brought.order.id);
      TRY(rows.update_version(*twin));
    }
    if (brought.order.policy == UpdatePolicy::kApply) TRY(move_current(rows, caller, *before, number, now));
  } else {
    const auto published = TRY(brought.publish(rows));
    number = published.version.number;
    reference = published.model.reference();
    const bool stays = brought.order.policy != UpdatePolicy::kApply && before && before->current;
    if (stays) TRY(move_current(rows, caller, published.model, *before->current, now));
    if (!stays && published.model.current_held) TRY(move_current(rows, caller, published.model, number, now));
  }
  return json::serialize(json::object{{"reference", reference},
                                      {"version", number.value()},
                                      {"remote_version", brought.version.version},
                                      {"fetched_bytes", brought.fetched.fetched_bytes},
                                      {"reused_bytes", brought.fetched.reused_bytes},
                                      {"new", is_new}});
}

// By name; the catalog is there without anybody adding it.
Result<Source> source_of(const registry::MetadataStore& metadata, const std::string& name) {
  if (name == kCatalogSource)
    return Source{.name = name, .kind = registry::SourceKind::kCatalog, .address = std::string{kCatalogSource}};
  return metadata.read_value<Source>([&](Transaction& rows) { return rows.get_source(name); });
}

}  // namespace

std::string origin_of(std::string_view source, std::string_view id) {
  return std::string{source} + ":" + std::string{id};
}

Result<std::string> client_id(registry::MetadataStore& metadata, const Clock& clock) {
  const auto find = [](Transaction& rows) { return rows.find_note(kClientNote); };
  if (const auto known = TRY(metadata.read_value<std::optional<std::string>>(find))) return *known;
  return metadata.transact_value<std::string>([&](Transaction& rows) -> Result<std::string> {
    if (const auto known = TRY(find(rows))) return *known;
    // Drawn by lot, so that it tells nothing of this machine.
    const auto id = Digest::of(auth::new_secret() + new_ulid(clock.now())).hex().substr(0, 32);
    TRY(rows.put_note(kClientNote, id));
    return id;
  });
}

bool matches_pattern(std::string_view path, std::string_view pattern) {
  // The last "*" takes in one character more whenever what follows it does not fit.
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  while (at < path.size()) {
    if (in < pattern.size() && pattern[in] == '*') {
      star = in++;
      taken = at;
    } else if (in < pattern.size() && (pattern[in] == '?' || pattern[in] == path[at])) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      in = star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  while (in < pattern.size() && pattern[in] == '*') ++in;
  return in == pattern.size();
}

Result<jobs::Job> Puller::submit(const Caller& caller, const PullOrder& order) {
  TRY(source_of(metadata_, order.source));
  if (order.id.empty()) return fail(ErrorCode::kInvalidArgument, "Say which model of the source to bring.");
  if (!order.as.empty()) TRY(ModelRef::parse(order.as));
  const auto parameters = to_json(order);
  if (!shares_jobs_) return jobs_.submit(caller, kDownloadJob, parameters);
  for (const auto state : {jobs::State::kRunning, jobs::State::kWaiting}) {
    for (auto& job : TRY(jobs_.list({.state = state, .kind = std::string{kDownloadJob}, .length = kLookedThrough}))) {
      if (job.parameters == parameters && job.created_by == caller.identity.name && !job.cancel_requested)
        return std::move(job);
    }
  }
  return jobs_.submit(caller, kDownloadJob, parameters);
}

// A model that is here keeps getting its updates, whatever namespace it was moved to; a new one is made where the
// source's models go.
Result<ModelRef> Puller::target_of(const Source& source, const PullOrder& order) const {
  if (!order.as.empty()) {
    auto ref = TRY(ModelRef::parse(order.as));
    if (!ref.name_space) ref.name_space = source.name_space;
    return ref;
  }
  if (source.kind == registry::SourceKind::kCatalog) return ModelRef::parse(order.id);
  const auto slash = order.id.rfind('/');
  const auto parsed = registry::ModelName::parse(order.id);
  auto name =
      parsed ? *parsed : TRY(registry::ModelName::derive(order.id.substr(slash == std::string::npos ? 0 : slash + 1)));
  ModelRef ref{source.name_space, std::move(name)};
  if (source.name_space != registry::Namespace::custom()) return ref;
  const ModelRef bare{std::nullopt, ref.name};
  const auto known = TRY(
      metadata_.read_value<std::optional<registry::Model>>([&](Transaction& rows) { return rows.find_model(bare); }));
  if (known) ref.name_space = known->name_space;
  return ref;
}

Result<JobOutcome> Puller::run(const Caller& caller, const std::string& parameters, JobControl& control) {
  const auto order = TRY(parse_order(parameters));
  const auto source = TRY(source_of(metadata_, order.source));
  auto id = TRY(client_id(metadata_, clock_));
  const UpdateClient client{std::move(id), version_};
  const auto remote = TRY(remotes_.open(source, client));
  control.report(0, "asking", "asking " + source.name + " what the version is made of");
  auto version = TRY(remote->describe(order.id, order.version));
  const auto files = TRY(wanted_files(version, order));
  auto target = TRY(target_of(source, order));
  const auto similar = TRY(similar_files(metadata_, target));
  auto fetched = TRY(fetcher_.fetch(caller, *remote, origin_of(order.source, order.id), files, control, similar));
  control.report(0.99, "publishing", format_size(fetched.fetched_bytes) + " came");

  std::uint64_t size_bytes = 0;
  std::vector<registry::File> named;
  NewVersion made{.files = fetched.files,
                  .kind = version.kind,
                  .remote_version = version.version,
                  .origin = {.source = origin_of(order.source, order.id)},
                  .in_library = order.in_library};
  for (const auto& file : files) size_bytes += file.size_bytes.value_or(0);
  for (const auto& [path, digest] : fetched.files) named.push_back({path, digest});
  made.metadata = metadata_of(version, fetched, size_bytes, clock_.now());
  auto publish = TRY(publisher_.prepare(caller, target, std::move(made)));
  Brought brought{order,
                  std::move(target),
                  std::move(version),
                  std::move(fetched),
                  std::move(publish),
                  registry::manifest_digest(named)};
  return JobOutcome{[this, caller, brought = std::move(brought)](Transaction& rows) {
    return write_version(rows, caller, brought, clock_.now());
  }};
}

}  // namespace weighhouse::services
