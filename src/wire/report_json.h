#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "formats/report.h"

namespace weighhouse::wire {

// At most `tensors` of the tensors whose name contains `search`; `tensor_count` counts all of the file.
boost::json::object to_json(const formats::Report& report, std::size_t tensors, std::string_view search = {});

}  // namespace weighhouse::wire
