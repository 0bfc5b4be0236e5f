#include "db/rows.h"
#include "db/transaction.h"
#include "db/upkeep.h"

namespace weighhouse::db {

constexpr Query kListGates{"gate.list", R"sql(
  SELECT rule FROM gates WHERE model_id = ?1 AND alias = ?2 ORDER BY position)sql"};

Result<std::vector<std::string>> SqlTransaction::list_gates(const ModelId& model, const VersionWord& alias) {
  return db_.list(kListGates, {model.text, alias.text()}, [](Columns& columns) { return columns.text(); });
}

constexpr Query kDropGates{"gate.drop", "DELETE FROM gates WHERE model_id = ?1 AND alias = ?2"};
constexpr Query kAddGate{"gate.add", "INSERT INTO gates (model_id, alias, position, rule) VALUES (?1, ?2, ?3, ?4)"};

Result<> SqlTransaction::put_gates(const ModelId& model, const VersionWord& alias, std::span<const std::string> rules) {
  TRY(db_.change(kDropGates, {model.text, alias.text()}));
  std::int64_t position = 0;
  for (const auto& rule : rules) TRY(db_.change(kAddGate, {model.text, alias.text(), ++position, rule}));
  return touch_model(db_, model, std::nullopt);
}

}  // namespace weighhouse::db
