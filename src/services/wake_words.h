#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/names.h"

namespace weighhouse::services {

// What may be a wake word, in the words of seed 000: one or two words of letters, 2 to 30 characters. Spaces around it
// and beside each other are dropped. kInvalidArgument with a sentence for who chose it.
Result<std::string> parse_wake_word(std::string_view text);

// The model of a wake word: "Hey Jarvis" has "hey_jarvis".
Result<registry::ModelName> model_name_for(const std::string& wake_word);

}  // namespace weighhouse::services
