#include "services/sources.h"

#include "services/assortment.h"
#include "services/signing.h"
#include "services/texts.h"

namespace weighhouse::services {

using registry::Source;
using registry::Transaction;

namespace {

constexpr std::chrono::seconds kShortestInterval{60};

}  // namespace

Result<Source> Sources::add(const Caller& caller, Source source) {
  TRY(registry::parse_source_name(source.name));
  if (source.name == kCatalogSource || source.kind == registry::SourceKind::kCatalog)
    return fail(ErrorCode::kInvalidArgument, "The catalog is a source already, of that name. Choose another one.");
  TRY(registry::parse_channel(source.channel));
  TRY(require_line("address of a source", source.address, 2000));
  if (!source.public_key.empty()) TRY(require_public_key(source.public_key));
  if (source.interval.count() != 0 && source.interval < kShortestInterval)
    return fail(ErrorCode::kInvalidArgument, "A source is asked once a minute at most.");
  TRY(remotes_.open(source, {}));
  const Timestamp now = clock_.now();
  source.created_at = now;
  source.created_by = caller.identity.name;
  if (source.interval.count() > 0) source.next_check_at = now;
  TRY(metadata_.transact([&](Transaction& rows) -> Result<> {
    if (TRY(rows.find_source(source.name))) {
      return fail(ErrorCode::kAlreadyExists,
                  "There is a source \"" + source.name + "\" already. Remove it, or choose another name.");
    }
    TRY(rows.put_source(source));
    return record(rows, caller, now, {.action = "source.added", .subject = source.name});
  }));
  return source;
}

Result<std::vector<Source>> Sources::list() const {
  return metadata_.read_value<std::vector<Source>>([](Transaction& rows) { return rows.list_sources(); });
}

Result<Source> Sources::get(std::string_view name) const {
  return metadata_.read_value<Source>([&](Transaction& rows) { return rows.get_source(name); });
}

Result<> Sources::remove(const Caller& caller, std::string_view name) {
  return metadata_.transact([&](Transaction& rows) -> Result<> {
    TRY(rows.remove_source(name));
    return record(rows, caller, clock_.now(), {.action = "source.removed", .subject = std::string{name}});
  });
}

Result<> Sources::put_policy(const Caller& caller, const registry::ModelPolicy& policy) {
  TRY(require_line("name of a model", policy.remote_id));
  return metadata_.transact([&](Transaction& rows) -> Result<> {
    TRY(rows.get_source(policy.source));
    TRY(rows.put_update_policy(policy));
    return record(rows, caller, clock_.now(),
                  {.action = "source.policy_set",
                   .subject = policy.source + ":" + policy.remote_id,
                   .details = "{\"policy\":\"" + std::string{registry::to_string(policy.policy)} + "\"}"});
  });
}

}  // namespace weighhouse::services
