#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "dialects/superb/arguments.h"
#include "registry/data_rows.h"
#include "registry/filter.h"

namespace weighhouse::dialects::superb {

// "filter": {"must": …, "not": …}. What stands under `must` has to fit, all of it; what fits all that stands under
// `not` is left out.

// Of datasets and slices: nameContains, idIn.
void read_name_filter(const Arguments& arguments, registry::NameFilter& must, registry::NameFilter& must_not);

// Of the models of a dataset, told by its id.
registry::Filter model_filter(const Arguments& arguments, const std::string& dataset);
// "orderBy": {"field", "direction"}; the newest first where nothing is said.
std::vector<registry::OrderKey> model_order(const Arguments& arguments);

// Of data: keyContains, idIn, and the slice it has to be in. Any other condition is refused by name: passed over, it
// would show, or delete, too much.
struct DataWish {
  registry::NameFilter must{};
  registry::NameFilter must_not{};
  std::optional<std::string> slice{};
};
Result<DataWish> read_data_filter(const Arguments& filter);

}  // namespace weighhouse::dialects::superb
