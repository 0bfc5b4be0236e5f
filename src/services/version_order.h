#pragma once

#include <compare>
#include <string_view>

namespace weighhouse::services {

// As people number releases: "1.10" comes after "1.9", and "1" is "1.0". Words before a number compare as text, so that
// "voice-3.10" comes after "voice-3.9".
std::weak_ordering order_versions(std::string_view left, std::string_view right);

}  // namespace weighhouse::services
