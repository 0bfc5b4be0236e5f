#pragma once

#include <string>

#include "services/intake.h"
#include "services/shelf.h"
#include "services/workers.h"

namespace weighhouse::services {

// The file of a text classifier that its runtime loads.
inline constexpr std::string_view kClassifierWeights = "classifier.safetensors";
// The same of a wake word.
inline constexpr std::string_view kWakeWordWeights = "wake_word.safetensors";

// A stored blob as an open file for a process to read; kDataLoss when it is damaged. Bytes that lie in no file are
// copied into memory that has a descriptor.
Result<WorkFile> open_for_work(const Shelf& shelf, const Digest& digest, std::string name);

// What a process made, as a blob that the caller may publish.
Result<Digest> take_output(Intake& intake, const Caller& caller, WorkOutput output);

// A small output, such as a record, as text; kResourceExhausted when it is longer.
Result<std::string> read_output(const WorkOutput& output, std::size_t limit_bytes);

}  // namespace weighhouse::services
