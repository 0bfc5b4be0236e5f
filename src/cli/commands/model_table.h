#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/fields.h"
#include "cli/table.h"

namespace weighhouse::cli {

// How models, versions and files of the API look in text.

// "name,kind,metric.f1": kInvalidArgument names a column that is not known. Empty text means the usual ones.
Result<std::vector<std::string>> parse_model_columns(std::string_view text);
Table model_table(const boost::json::array& models, const std::vector<std::string>& columns);

Table version_table(const boost::json::array& versions);
Table file_table(const boost::json::array& files);
Fields model_fields(const boost::json::object& model);
Fields version_fields(const boost::json::object& version);

}  // namespace weighhouse::cli
