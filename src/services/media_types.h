#pragma once

#include <string>
#include <string_view>

namespace weighhouse::services {

// "audio/wav" for "hall/0001.WAV": by the ending of a name; empty where it tells nothing.
std::string media_type_of(std::string_view name);

}  // namespace weighhouse::services
