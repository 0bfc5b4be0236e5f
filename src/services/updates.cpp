#include "services/updates.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <random>

#include "base/json_fields.h"
#include "base/log.h"
#include "base/text.h"

namespace weighhouse::services {
namespace json = boost::json;

using registry::Source;
using registry::Transaction;
using registry::UpdatePolicy;

namespace {

// Numbers grow; of other words nothing is known but that they differ.
bool is_newer(const std::string& available, const std::optional<std::string>& current) {
  if (!current) return true;
  const auto here = parse_int(*current);
  const auto there = parse_int(available);
  return here && there ? *there > *here : available != *current;
}

// The number that a program which keeps registry.json noted when it fetched the version itself.
std::optional<std::string> noted_version(const registry::Version& version) {
  json::error_code error;
  const auto metadata = json::parse(version.metadata, error);
  if (error || !metadata.is_object() || !metadata.get_object().contains("download_date")) return std::nullopt;
  const auto* number = metadata.get_object().if_contains("version");
  if (number == nullptr || !number->is_int64()) return std::nullopt;
  return std::to_string(number->get_int64());
}

// The source's number of what is here: of the newest version that came from it. A model of the same name that never did
// counts as what its current version says of itself, or else as the number that version has here.
Result<std::optional<std::string>> find_held(Transaction& rows, const Source& source, const std::string& id) {
  const auto name = registry::ModelName::parse(id);
  if (!name) return std::optional<std::string>{};
  std::optional<registry::Namespace> where;
  if (source.name_space != registry::Namespace::custom()) where = source.name_space;
  const auto model = TRY(rows.find_model(registry::ModelRef{where, *name}));
  if (!model || !model->current) return std::optional<std::string>{};
  const std::string origin = origin_of(source.name, id);
  std::optional<std::string> newest;
  for (const auto& version : TRY(rows.list_all_versions(model->id))) {
    if (version.deleted_at || version.purged_at) continue;
    auto number = version.origin.source == origin && !version.remote_version.empty()
                      ? std::optional{version.remote_version}
                      : noted_version(version);
    if (number && is_newer(*number, newest)) newest = std::move(number);
  }
  return newest ? newest : std::optional{std::to_string(model->current->value())};
}

json::object to_object(const Update& update) {
  json::object object{{"source", update.source},           {"id", update.id},
                      {"available", update.available},     {"improvements", json::value_from(update.improvements)},
                      {"description", update.description}, {"policy", registry::to_string(update.policy)}};
  if (update.current) object["current"] = *update.current;
  if (update.size_bytes) object["size_bytes"] = *update.size_bytes;
  return object;
}

std::vector<Update> parse_updates(const std::string& text) {
  std::vector<Update> updates;
  json::error_code error;
  const auto list = json::parse(text, error);
  if (error || !list.is_array()) return updates;
  for (const auto& item : list.get_array()) {
    if (!item.is_object()) continue;
    const auto& object = item.get_object();
    Update update{.source = text_at(object, "source"),
                  .id = text_at(object, "id"),
                  .available = text_at(object, "available"),
                  .description = text_at(object, "description")};
    if (object.contains("current")) update.current = text_at(object, "current");
    if (const auto* size = object.if_contains("size_bytes"); size != nullptr && size->is_number())
      update.size_bytes = size->to_number<std::uint64_t>();
    if (const auto* list_of = object.if_contains("improvements"); list_of != nullptr && list_of->is_array()) {
      for (const auto& one : list_of->get_array()) {
        if (one.is_string()) update.improvements.emplace_back(one.get_string());
      }
    }
    if (const auto policy = registry::parse_update_policy(text_at(object, "policy"))) update.policy = *policy;
    updates.push_back(std::move(update));
  }
  return updates;
}

// A tenth earlier or later, so that a thousand devices that were switched on together do not ask together.
std::chrono::microseconds with_jitter(std::chrono::seconds interval) {
  thread_local std::minstd_rand draw{std::random_device{}()};
  std::uniform_real_distribution<double> factor{0.9, 1.1};
  return std::chrono::microseconds{
      static_cast<std::int64_t>(std::chrono::duration<double, std::micro>{interval}.count() * factor(draw))};
}

PullOrder order_of(const Update& update, UpdatePolicy policy) {
  return {.source = update.source, .id = update.id, .version = update.available, .policy = policy, .in_library = true};
}

}  // namespace

Result<Source> Updates::note(const std::string& name, const std::function<void(Source&)>& change) {
  return metadata_.transact_value<Source>([&](Transaction& rows) -> Result<Source> {
    auto source = TRY(rows.get_source(name));
    change(source);
    TRY(rows.put_source(source));
    return source;
  });
}

Result<std::vector<Update>> Updates::compare(const Source& source, const std::vector<RemoteOffer>& offers) const {
  return metadata_.read_value<std::vector<Update>>([&](Transaction& rows) -> Result<std::vector<Update>> {
    std::map<std::string, UpdatePolicy> policies;
    for (const auto& one : TRY(rows.list_update_policies(source.name))) policies.emplace(one.remote_id, one.policy);
    std::vector<Update> updates;
    for (const auto& offer : offers) {
      auto held = TRY(find_held(rows, source, offer.id));
      if (!is_newer(offer.version, held)) continue;
      const auto policy = policies.find(offer.id);
      updates.push_back({.source = source.name,
                         .id = offer.id,
                         .current = std::move(held),
                         .available = offer.version,
                         .size_bytes = offer.size_bytes,
                         .improvements = offer.improvements,
                         .description = offer.description,
                         .policy = policy == policies.end() ? source.policy : policy->second});
    }
    return updates;
  });
}

Result<std::vector<Update>> Updates::check_one(const Source& source, Insist insist) {
  auto id = TRY(client_id(metadata_, clock_));
  const UpdateClient client{std::move(id), version_};
  bool has_none = false;
  const auto ask = [&]() -> Result<RemoteOffers> {
    const auto remote = TRY(remotes_.open(source, client));
    // With a pinned key a list was to be there.
    has_none = !remote->has_list() && source.public_key.empty();
    if (has_none && insist == Insist::kNo) return RemoteOffers{};
    return remote->list_offers();
  };
  const auto offers = ask();
  auto updates = offers ? compare(source, offers->offers) : Result<std::vector<Update>>{fail(offers.error())};
  const Timestamp now = clock_.now();
  TRY(note(source.name, [&](Source& row) {
    row.checked_at = now;
    if (row.interval.count() > 0) row.next_check_at = now + with_jitter(row.interval);
    row.failure = updates || has_none ? "" : updates.error().message;
    if (!updates) return;
    row.serial = std::max(row.serial, offers->serial);
    json::array found;
    for (const auto& update : *updates) found.push_back(to_object(update));
    row.found = json::serialize(found);
  }));
  return updates;
}

Result<Checked> Updates::check(const std::optional<std::string>& only) {
  auto sources = TRY(metadata_.read_value<std::vector<Source>>([](Transaction& rows) { return rows.list_sources(); }));
  if (only) {
    const auto one = TRY(metadata_.read_value<Source>([&](Transaction& rows) { return rows.get_source(*only); }));
    sources = {one};
  }
  Checked checked;
  for (const auto& source : sources) {
    auto updates = check_one(source, only ? Insist::kYes : Insist::kNo);
    if (!updates) {
      checked.failures.push_back({source.name, updates.error()});
      continue;
    }
    std::move(updates->begin(), updates->end(), std::back_inserter(checked.updates));
  }
  return checked;
}

Result<Checked> Updates::known() const {
  return metadata_.read_value<Checked>([](Transaction& rows) -> Result<Checked> {
    Checked checked;
    for (const auto& source : TRY(rows.list_sources())) {
      if (!source.failure.empty()) checked.failures.push_back({source.name, {ErrorCode::kUnavailable, source.failure}});
      for (auto& update : parse_updates(source.found)) {
        update.current = TRY(find_held(rows, source, update.id));
        if (is_newer(update.available, update.current)) checked.updates.push_back(std::move(update));
      }
    }
    return checked;
  });
}

// Versions that came from a source and are not current: downloaded only, or rolled back from.
Result<std::vector<Update>> Updates::waiting(const std::string& name) const {
  const auto colon = name.find(':');
  const auto id = colon == std::string::npos ? name : name.substr(colon + 1);
  return metadata_.read_value<std::vector<Update>>([&](Transaction& rows) -> Result<std::vector<Update>> {
    std::vector<Update> found;
    for (const auto& source : TRY(rows.list_sources())) {
      if (name != id && name != origin_of(source.name, id)) continue;
      const auto parsed = registry::ModelName::parse(id);
      const auto model = parsed ? TRY(rows.find_model(registry::ModelRef{std::nullopt, *parsed})) : std::nullopt;
      if (!model || !model->current) continue;
      const auto current = TRY(rows.find_version(model->id, *model->current));
      const auto held = TRY(find_held(rows, source, id));
      const bool came = current && current->origin.source == origin_of(source.name, id);
      if (came && held && is_newer(*held, current->remote_version))
        found.push_back({.source = source.name, .id = id, .available = *held});
    }
    return found;
  });
}

Result<std::vector<jobs::Job>> Updates::apply(const Caller& caller, const std::string& name) {
  std::vector<jobs::Job> started;
  for (const auto& update : TRY(known()).updates) {
    if (!name.empty() && name != update.id && name != origin_of(update.source, update.id)) continue;
    started.push_back(TRY(puller_.submit(caller, order_of(update, UpdatePolicy::kApply))));
  }
  if (!started.empty() || name.empty()) return started;
  for (const auto& update : TRY(waiting(name)))
    started.push_back(TRY(puller_.submit(caller, order_of(update, UpdatePolicy::kApply))));
  if (!started.empty()) return started;
  return fail(ErrorCode::kNotFound, "There is no update of \"" + printable(name, 80) +
                                        "\". \"weigh updates\" asks the sources and shows what they have.");
}

Result<> Updates::keep_up() {
  const Timestamp now = clock_.now();
  for (const auto& source :
       TRY(metadata_.read_value<std::vector<Source>>([](Transaction& rows) { return rows.list_sources(); }))) {
    if (source.interval.count() == 0 || (source.next_check_at && *source.next_check_at > now)) continue;
    const auto updates = check_one(source, Insist::kNo);
    if (!updates) {
      log::warning("a source could not be asked for updates",
                   {{"source", source.name}, {"reason", updates.error().message}});
      continue;
    }
    for (const auto& update : *updates) {
      log::info("there is an update", {{"model", update.id}, {"source", update.source}, {"version", update.available}});
      if (update.policy != UpdatePolicy::kNotify) TRY(puller_.submit(Caller::house(), order_of(update, update.policy)));
    }
  }
  return {};
}

}  // namespace weighhouse::services
