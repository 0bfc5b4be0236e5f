#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace weighhouse::services {

// JSON that we wrote ourselves, read back: parameters and results of jobs, records of training. A value that is not
// there, or is of another type, is empty.
boost::json::object object_of(std::string_view text);
std::string text_at(const boost::json::object& object, std::string_view key);
boost::json::object object_at(const boost::json::object& object, std::string_view key);
boost::json::array array_at(const boost::json::object& object, std::string_view key);
std::optional<double> number_at(const boost::json::object& object, std::string_view key);

}  // namespace weighhouse::services
