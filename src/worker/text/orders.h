#pragma once

#include <memory>
#include <string>

#include "runtimes/loaded_model.h"
#include "worker/order.h"

namespace weighhouse::worker {

// The orders of text classifiers.
//
// "fit" takes the input "data", and the files of an encoder (encoder_inputs.h) where the base is one, and leaves
// "classifier.safetensors", "metadata.json" and, where that succeeds, "classifier.onnx". Its parameters are
//   {"base", "base_digest", "data_format", "data_digest", "options": {"seed", "folds", "features", …}}
// "evaluate" takes "data", "classifier.safetensors", "training_data" where there is any and the encoder's files where
// it needs one, with {"data_format", "training_format"}, and leaves "predictions.jsonl".
//
// "export" takes "classifier.safetensors" and, where there is any, the training "data" with {"data_format"}, and leaves
// "classifier.pt", which LibTorch (`torch`) has run on some of the data: its result tells how near it came. In a
// process of its own, so that nothing that LibTorch does can cost a fit.
//
// `program` is who trains, for the record: "weighhouse 0.1.0".
void add_text_orders(Orders& orders, const std::string& program, std::shared_ptr<const runtimes::Runtime> onnx);
void add_export_order(Orders& orders, std::shared_ptr<const runtimes::Runtime> torch);

Result<std::string> fit_text(OrderContext& order, const std::string& program, const runtimes::Runtime& onnx);
Result<std::string> evaluate_text(OrderContext& order, const runtimes::Runtime& onnx);
Result<std::string> export_text(OrderContext& order, const runtimes::Runtime& torch);

// The base that needs no download.
inline constexpr std::string_view kBuiltinBase = "builtin/ngram-v1";
inline constexpr std::string_view kClassifierFile = "classifier.safetensors";
inline constexpr std::string_view kClassifierGraph = "classifier.onnx";
inline constexpr std::string_view kClassifierProgram = "classifier.pt";

}  // namespace weighhouse::worker
