#include "base/id.h"
#include "base/text.h"
#include "dialects/superb/models.h"
#include "services/catalog.h"
#include "services/datasets.h"
#include "services/trainings.h"

namespace weighhouse::dialects::superb {
namespace {

using registry::Comparison;
using registry::Condition;
using registry::Field;
using registry::Filter;

Filter named(Field::Of of, const std::string& word) {
  return {Condition{.field = {.of = of}, .comparison = Comparison::kEqual, .values = {word}}};
}

bool belongs(const registry::ModelRow& row, const registry::Dataset& dataset) {
  return row.training && row.training->training.dataset == dataset.id;
}

}  // namespace

Result<registry::ModelRow> find_model(const Call& call, const std::string& dataset_word, const std::string& word) {
  const auto dataset = TRY(call.context.data.datasets.get(call.caller, dataset_word));
  if (is_ulid(word)) {
    auto row = call.context.data.trainings.get(call.caller, registry::ModelId{word});
    if (row && belongs(*row, dataset)) return *std::move(row);
    if (!row && row.error().code != ErrorCode::kNotFound) return fail(row.error());
  }
  // Of several under one name the newest is meant: the SDK's examples create a model again and go on by its name.
  const registry::All by_name{{named(Field::Of::kDataset, dataset.id.text), named(Field::Of::kDisplayName, word)}};
  auto page = TRY(call.context.catalog.list_models(
      call.caller,
      {.filter = {by_name}, .order = {{.field = {.of = Field::Of::kCreatedAt}, .descending = true}}, .length = 1}));
  if (!page.items.empty()) return std::move(page.items.front());
  return fail(ErrorCode::kNotFound, "The dataset \"" + printable(dataset.name) + "\" has no model \"" +
                                        printable(word) + "\". \"models\" lists those it has.");
}

}  // namespace weighhouse::dialects::superb
