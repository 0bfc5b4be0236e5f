#include "base/text.h"
#include "db/rows.h"
#include "db/transaction.h"
#include "registry/source.h"

namespace weighhouse::db {
namespace {

constexpr std::string_view kSourceColumns =
    "name, kind, address, channel, public_key, namespace, policy, interval_seconds, created_at, created_by, serial, "
    "checked_at, next_check_at, failure, found";

Source read_source(Columns& columns) {
  return {.name = columns.text(),
          .kind = columns.parsed(parse_source_kind, SourceKind::kUpdateServer),
          .address = columns.text(),
          .channel = columns.text(),
          .public_key = columns.text(),
          .name_space = columns.name_space(),
          .policy = columns.parsed(parse_update_policy, UpdatePolicy::kNotify),
          .interval = std::chrono::seconds{columns.integer()},
          .created_at = columns.time(),
          .created_by = columns.text(),
          .serial = columns.integer(),
          .checked_at = columns.maybe(&Columns::time),
          .next_check_at = columns.maybe(&Columns::time),
          .failure = columns.text(),
          .found = columns.text()};
}

ModelPolicy read_policy(Columns& columns) {
  return {.source = columns.text(),
          .remote_id = columns.text(),
          .policy = columns.parsed(parse_update_policy, UpdatePolicy::kNotify)};
}

}  // namespace

const ComposedQuery kPutSource{"source.put", {"INSERT INTO sources (", kSourceColumns, R"sql()
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
  ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, address = excluded.address, channel = excluded.channel,
    public_key = excluded.public_key, namespace = excluded.namespace, policy = excluded.policy,
    interval_seconds = excluded.interval_seconds, serial = excluded.serial, checked_at = excluded.checked_at,
    next_check_at = excluded.next_check_at, failure = excluded.failure, found = excluded.found)sql"}};

Result<> SqlTransaction::put_source(const Source& source) {
  TRY(db_.change(kPutSource, {source.name, to_string(source.kind), source.address, source.channel, source.public_key,
                              source.name_space.text(), to_string(source.policy), source.interval.count(),
                              source.created_at, source.created_by, source.serial, source.checked_at,
                              source.next_check_at, source.failure, source.found}));
  return {};
}

const ComposedQuery kFindSource{"source.find", {"SELECT ", kSourceColumns, " FROM sources WHERE name = ?1"}};

Result<std::optional<Source>> SqlTransaction::find_source(std::string_view name) {
  return db_.find(kFindSource, {name}, read_source);
}

Result<Source> SqlTransaction::get_source(std::string_view name) {
  auto source = TRY(find_source(name));
  if (source) return *std::move(source);
  return fail(ErrorCode::kNotFound,
              "There is no source \"" + printable(name, 80) + "\". \"weigh source list\" shows those there are.");
}

const ComposedQuery kListSources{"source.list", {"SELECT ", kSourceColumns, " FROM sources ORDER BY name"}};

Result<std::vector<Source>> SqlTransaction::list_sources() { return db_.list(kListSources, {}, read_source); }

constexpr Query kDropPolicies{"source.drop_policies", "DELETE FROM update_policies WHERE source = ?1"};
constexpr Query kRemoveSource{"source.remove", "DELETE FROM sources WHERE name = ?1"};

Result<> SqlTransaction::remove_source(std::string_view name) {
  TRY(get_source(name));
  TRY(db_.change(kDropPolicies, {name}));
  TRY(db_.change(kRemoveSource, {name}));
  return {};
}

constexpr Query kPutPolicy{"update_policy.put", R"sql(
  INSERT INTO update_policies (source, remote_id, policy) VALUES (?1, ?2, ?3)
  ON CONFLICT (source, remote_id) DO UPDATE SET policy = excluded.policy)sql"};

Result<> SqlTransaction::put_update_policy(const ModelPolicy& policy) {
  TRY(db_.change(kPutPolicy, {policy.source, policy.remote_id, to_string(policy.policy)}));
  return {};
}

constexpr Query kListPolicies{"update_policy.list", R"sql(
  SELECT source, remote_id, policy FROM update_policies WHERE source = ?1 ORDER BY remote_id)sql"};

Result<std::vector<ModelPolicy>> SqlTransaction::list_update_policies(std::string_view source) {
  return db_.list(kListPolicies, {source}, read_policy);
}

}  // namespace weighhouse::db
