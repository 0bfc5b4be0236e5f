#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/arguments.h"
#include "cli/commands/text_file.h"
#include "cli/context.h"
#include "client/client.h"

namespace weighhouse::cli {

// Where predictions go, one after the other: lines for people, one JSON document, or a file of JSON Lines that is
// there only once it is whole.
class PredictionOutput {
 public:
  virtual ~PredictionOutput() = default;
  // `answer` is the reply that the prediction came in.
  virtual Result<> add(const client::Object& answer, const TextRecord& record, const client::Object& prediction) = 0;
  virtual Result<> finish() = 0;
  virtual bool is_shown() const { return true; }  // on the terminal, where a line of progress would be in its way
};

// What --output and --json ask for. kAlreadyExists for a file that is there already, unless --force.
Result<std::unique_ptr<PredictionOutput>> open_prediction_output(Context& context, const Arguments& arguments);

// The record's fields and the prediction's; a field that both have is the prediction's, and the record's becomes
// "input_…".
client::Object merged(const client::Object& fields, const client::Object& prediction);

// "91.4 %".
std::string format_share(std::optional<double> share);

}  // namespace weighhouse::cli
