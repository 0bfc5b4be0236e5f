#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weighhouse {

// Reading JSON that somebody of ours wrote, perhaps an older or newer one: what is absent, null or of another type
// reads as nothing. Requests and configurations are read by what tells their faults.
boost::json::object object_of(std::string_view text);  // empty when it is no object
std::string text_at(const boost::json::object& object, std::string_view key);
std::uint64_t count_at(const boost::json::object& object, std::string_view key);
bool flag_at(const boost::json::object& object, std::string_view key);
std::optional<double> number_at(const boost::json::object& object, std::string_view key);
const boost::json::array& list_at(const boost::json::object& object, std::string_view key);
const boost::json::object& object_at(const boost::json::object& object, std::string_view key);
// Out of an object that nobody holds: what is inside would be gone with it.
boost::json::array list_at(boost::json::object&& object, std::string_view key);
boost::json::object object_at(boost::json::object&& object, std::string_view key);
// The object that an item of a list is; an empty one when it is something else.
const boost::json::object& as_object(const boost::json::value& value);

}  // namespace weighhouse
