#include "services/examples.h"

#include <boost/json.hpp>

namespace weighhouse::services {

Result<Data> take_examples(Intake& intake, const Caller& caller, const std::vector<Example>& examples,
                           std::string name) {
  std::string lines;
  for (const auto& example : examples) {
    lines += boost::json::serialize(boost::json::object{{"text", example.text}, {"label", example.label}});
    lines += '\n';
  }
  MemorySource source{std::move(lines)};
  const auto blob = TRY(intake.take(caller, source, {.name = name}));
  return Data{.digest = blob.digest, .format = "jsonl", .name = std::move(name)};
}

}  // namespace weighhouse::services
