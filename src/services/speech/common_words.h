#pragma once

#include <span>
#include <string_view>

namespace weighhouse::services {

// Several hundred English words of daily speech, each once, in no order that means anything: what a wake word must not
// be taken for, and what the shipped audio embedding learned to tell apart.
std::span<const std::string_view> common_words();

}  // namespace weighhouse::services
