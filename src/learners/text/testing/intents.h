#pragma once

#include <string>
#include <vector>

#include "features/examples.h"

namespace weighhouse::learners::testing {

// Sentences made of patterns and objects: three intents, `count` examples of each, at most 40.
inline std::vector<features::Example> intents(std::size_t count) {
  const std::vector<std::string> things{"card", "phone", "order", "parcel", "account", "ticket", "invoice", "refund"};
  const std::vector<std::pair<std::string, std::vector<std::string>>> patterns{
      {"cancel", {"please cancel my ", "I want to stop the ", "get rid of this ", "no longer need my ", "undo the "}},
      {"locate", {"where is my ", "has the … arrived: ", "track this ", "when will I receive the ", "find my "}},
      {"praise", {"love my ", "what a wonderful ", "so happy with this ", "excellent ", "thanks for the great "}},
  };
  std::vector<features::Example> examples;
  for (const auto& [label, starts] : patterns) {
    for (std::size_t i = 0; i < count; ++i) {
      examples.push_back({starts[i % starts.size()] + things[i / starts.size() % things.size()], label});
    }
  }
  return examples;
}

}  // namespace weighhouse::learners::testing
