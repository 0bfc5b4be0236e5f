#pragma once

#include <string>

#include "worker/loop.h"

namespace weighhouse::worker {

// Text classifiers: the orders "fit" and "evaluate", and the runtime "text" that answers questions to them.
//
// "fit" takes the input "data" and leaves "classifier.safetensors" and "metadata.json". Its parameters are
//   {"base", "data_format", "options": {"seed", "folds", …}}
// "evaluate" takes "data" and "classifier.safetensors" and leaves "predictions.jsonl".
//
// `program` is who trains, for the record: "weighhouse 0.1.0".
void add_text_work(Abilities& abilities, const std::string& program);

// The name of the base that needs no download.
inline constexpr std::string_view kBuiltinBase = "builtin/ngram-v1";
inline constexpr std::string_view kClassifierFile = "classifier.safetensors";

}  // namespace weighhouse::worker
