#pragma once

#include <string>

#include "worker/order.h"

namespace weighhouse::worker {

// The orders of text classifiers.
//
// "fit" takes the input "data" and leaves "classifier.safetensors" and "metadata.json". Its parameters are
//   {"base", "data_format", "data_digest", "options": {"seed", "folds", …}}
// "evaluate" takes "data" and "classifier.safetensors", with {"data_format"}, and leaves "predictions.jsonl".
//
// `program` is who trains, for the record: "weighhouse 0.1.0".
void add_text_orders(Orders& orders, const std::string& program);

Result<std::string> fit_text(OrderContext& order, const std::string& program);
Result<std::string> evaluate_text(OrderContext& order);

// The base that needs no download.
inline constexpr std::string_view kBuiltinBase = "builtin/ngram-v1";
inline constexpr std::string_view kClassifierFile = "classifier.safetensors";

}  // namespace weighhouse::worker
