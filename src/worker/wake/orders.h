#pragma once

#include <memory>
#include <string>
#include <vector>

#include "encoders/audio/audio_encoder.h"
#include "runtimes/loaded_model.h"
#include "worker/order.h"

namespace weighhouse::worker {

// The orders of wake words.
//
// "check-recordings" takes recordings of a word as inputs named in {"recordings": [{"input", "name"}]} and says whether
// they can be learned from: {"recordings": [{"name", "seconds", "sample_rate", "peak", "rms"}]}, or kInvalidArgument
// with a sentence for the person who made the first that cannot.
//
// "fit-wake-word" takes the same recordings and, where there are any, "clips": what a synthesizer spoke, one clip after
// the other in 16-bit integers, and "negatives": files of sound without the word, one after the other. Its parameters
// are
//   {"wake_word", "base", "options", "recordings": [{"input", "name"}],
//    "clips": [{"source", "group", "rate", "offset", "samples"}], "negatives": [{"name", "offset", "size"}]}
// It leaves "wake_word.safetensors", "training_history.json", "metadata.json" and, where the encoder can be written so,
// "model.pt".
//
// "export-wake-word" takes "wake_word.safetensors", "model.pt" where there is one, and recordings, with
// {"recordings": [{"input", "name"}], "metadata": the version's record}, and leaves "model.onnx". Its result tells how
// near that file and "model.pt" come to the model on the recordings and on noise: "onnx_parity" and "torch_parity",
// each
// {"sounds", "max_difference"}, or "onnx_failure" and "torch_failure" where a file cannot be run.
void add_wake_orders(Orders& orders, const std::string& program, std::shared_ptr<const runtimes::Runtime> onnx,
                     std::shared_ptr<const runtimes::Runtime> torch);

Result<std::string> check_recordings(OrderContext& order);
Result<std::string> fit_wake_word(OrderContext& order, const std::string& program);
Result<std::string> export_wake_word(OrderContext& order, const runtimes::Runtime& onnx,
                                     const runtimes::Runtime& torch);

inline constexpr std::string_view kWakeWordFile = "wake_word.safetensors";
inline constexpr std::string_view kWakeWordProgram = "model.pt";
inline constexpr std::string_view kWakeWordGraph = "model.onnx";

// An encoder that comes with the program, by its name; the best one where none is named.
Result<std::shared_ptr<const encoders::AudioEncoder>> open_base(const std::string& name);

}  // namespace weighhouse::worker
