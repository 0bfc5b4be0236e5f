#pragma once

#include <memory>
#include <string>

#include "runtimes/loaded_model.h"
#include "runtimes/tuning.h"
#include "worker/order.h"

namespace weighhouse::worker {

// The orders of models that take sound. Both have the model as input "model.pt" and files of sound, one after the
// other, as "sounds"; their parameters list them: "sounds": [{"name", "offset", "size"}].
//
// "fine-tune" trains the model further. Its parameters are
//   {"task", "options", "base": the record of the base,
//    "audio": [{"sound", "label", "values", "references"}], "noise": [places among the sounds]}
// where "sound" and "references" are places among the sounds. What "audio" does not say of a file is made up: files
// without references are mixed, files without a label get one by voice activity. It leaves "model.pt" and
// "metadata.json"; its result tells the epochs, and how many labels were made up.
//
// "evaluate-sounds" weighs the model, with {"form", "record": the version's, "audio", "noise"}. The form "separation"
// parts each file and holds what comes out against its references, the form "detection" listens for a wake word
// ("wake_word.safetensors" or "model.onnx" in place of "model.pt") in files labelled "positive" and "negative". It
// leaves "sounds.zip" with what is to be listened to; its result is the summary, with the figures of each file.
void add_audio_orders(Orders& orders, const std::string& program, std::shared_ptr<const runtimes::Tuner> tuner,
                      std::shared_ptr<const runtimes::Runtime> torch, std::shared_ptr<const runtimes::Runtime> onnx);

Result<std::string> fine_tune(OrderContext& order, const std::string& program, const runtimes::Tuner& tuner);
Result<std::string> evaluate_sounds(OrderContext& order, const runtimes::Runtime& torch, const runtimes::Runtime& onnx);

inline constexpr std::string_view kScriptFile = "model.pt";

}  // namespace weighhouse::worker
