#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "registry/names.h"

namespace weighhouse::services {

// What may be a wake word, in the words of seed 000: one or two words of letters, 2 to 30 characters. Spaces around it
// and beside each other are dropped. kInvalidArgument with a sentence for who chose it.
Result<std::string> parse_wake_word(std::string_view text);

// The model of a wake word: "Hey Jarvis" has "hey_jarvis".
Result<registry::ModelName> model_name_for(const std::string& wake_word);

// Words that are near to a wake word and are not it, nearest first, each once: parts of it, what is left without a
// letter, with two exchanged or with another of the same sort. What has the wake word in it is none of them.
std::vector<std::string> similar_words(const std::string& wake_word, std::size_t most);

}  // namespace weighhouse::services
