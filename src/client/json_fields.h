#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weighhouse::client {

// Reading replies: a key that is absent, null or of another type reads as nothing, so that an older or newer
// server's reply never ends a command.
std::string text_at(const boost::json::object& object, std::string_view key);
std::uint64_t count_at(const boost::json::object& object, std::string_view key);
bool flag_at(const boost::json::object& object, std::string_view key);
std::optional<double> number_at(const boost::json::object& object, std::string_view key);
const boost::json::array& list_at(const boost::json::object& object, std::string_view key);
const boost::json::object& object_at(const boost::json::object& object, std::string_view key);
// The object that an item of a list is; an empty one when it is something else.
const boost::json::object& as_object(const boost::json::value& value);

}  // namespace weighhouse::client
