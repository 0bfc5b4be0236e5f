#include "db/rows.h"
#include "db/transaction.h"

namespace weighhouse::db {

constexpr Query kAppendEvent{"event.append", R"sql(
  INSERT INTO events (at, actor, action, topic, model_id, number, subject, details, request_id)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))sql"};

Result<> SqlTransaction::append_event(const Event& event) {
  const auto model = event.model ? std::optional{event.model->text} : std::nullopt;
  const auto number = event.version ? std::optional{event.version->value()} : std::nullopt;
  const std::string topic = event.action.substr(0, event.action.find('.'));
  TRY(db_.change(kAppendEvent, {event.at, event.actor, event.action, topic, model, number, event.subject, event.details,
                                event.request_id}));
  return {};
}

// Conditions that are not asked for are left out, so that each shape of the query has its own plan.
Result<std::vector<Event>> SqlTransaction::list_events(const EventQuery& query) {
  std::string sql =
      "SELECT sequence, at, actor, action, model_id, number, subject, details, request_id FROM events WHERE 1 = 1";
  std::vector<Param> params;
  const auto demand = [&](std::string_view condition, Param value) {
    params.push_back(std::move(value));
    sql += " AND " + std::string{condition} + " ?" + std::to_string(params.size());
  };
  if (query.model) demand("model_id =", query.model->text);
  if (query.action.ends_with(".*")) {
    demand("topic =", std::string_view{query.action}.substr(0, query.action.size() - 2));
  } else if (!query.action.empty()) {
    demand("action =", query.action);
  }
  if (!query.subject.empty()) demand("subject =", query.subject);
  if (query.before) demand("at <", *query.before);
  if (query.before_sequence) demand("sequence <", *query.before_sequence);
  params.emplace_back(query.length);
  sql += " ORDER BY sequence DESC LIMIT ?" + std::to_string(params.size());
  return db_.list(Query{"event.list", sql}, params, [](Columns& columns) {
    Event event{.sequence = columns.integer(), .at = columns.time(), .actor = columns.text(), .action = columns.text()};
    if (auto model = columns.maybe(&Columns::text)) event.model = ModelId{*std::move(model)};
    if (const auto number = columns.maybe(&Columns::integer)) event.version = VersionNumber{*number};
    event.subject = columns.text();
    event.details = columns.text();
    event.request_id = columns.text();
    return event;
  });
}

}  // namespace weighhouse::db
