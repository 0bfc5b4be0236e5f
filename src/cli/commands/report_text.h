#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <optional>
#include <string>

namespace weighhouse::cli {

// A Report of the API as text: what it is, what it holds, and what was noticed. Lists `most_tensors` tensors.
std::string report_text(const boost::json::object& report, std::optional<std::size_t> width, std::size_t most_tensors);

}  // namespace weighhouse::cli
