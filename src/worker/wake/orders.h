#pragma once

#include <memory>
#include <optional>
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
//   {"wake_word", "base", "base_digest", "options", "trim_ends", "recordings": [{"input", "name"}],
//    "clips": [{"source", "group", "rate", "offset", "samples"}], "negatives": [{"name", "offset", "size"}]}
// A base that does not come with the program is one more input, "base.onnx". With "trim_ends" the silence around what
// was said does not count towards the length of a recording, here and for "check-recordings".
//
// It leaves "wake_word.safetensors", "training_history.json", "metadata.json" and, where the encoder can be written so,
// "model.pt".
//
// "export-wake-word" takes "wake_word.safetensors", "model.pt" where there is one, and recordings, with
// {"recordings": [{"input", "name"}], "metadata": the version's record}, and leaves "model.onnx", and "model.pt" where
// it came without one. Its result tells how near that file and "model.pt" come to the model on the recordings and on
// noise: "onnx_parity" and "torch_parity", each
// {"sounds", "max_difference"}, or "onnx_failure" and "torch_failure" where a file cannot be run.
void add_wake_orders(Orders& orders, const std::string& program, std::shared_ptr<const runtimes::Runtime> onnx,
                     std::shared_ptr<const runtimes::Runtime> torch);

Result<std::string> check_recordings(OrderContext& order);
Result<std::string> fit_wake_word(OrderContext& order, const std::string& program, const runtimes::Runtime& onnx);
Result<std::string> export_wake_word(OrderContext& order, const runtimes::Runtime& onnx,
                                     const runtimes::Runtime& torch);

inline constexpr std::string_view kWakeWordFile = "wake_word.safetensors";
inline constexpr std::string_view kWakeWordProgram = "model.pt";
inline constexpr std::string_view kWakeWordGraph = "model.onnx";

inline constexpr std::string_view kBaseFile = "base.onnx";

// An encoder of sound by its name: one that comes with the program (the best where none is named), or the one in
// `imported`, which `onnx` runs. `digest` is that of its weights: whoever opened `imported` knows it, and a model that
// was trained on one of ours says it; kFailedPrecondition where ours are others by now. kInvalidArgument where there is
// none.
struct OpenBase {
  std::shared_ptr<const encoders::AudioEncoder> encoder;
  std::string digest{};
};
Result<OpenBase> open_base(const std::string& name, const std::string& digest,
                           std::optional<runtimes::ModelFile> imported, const runtimes::Runtime& onnx);
// The order's input kBaseFile, where it has one.
Result<std::optional<runtimes::ModelFile>> imported_base(const OrderContext& order);

}  // namespace weighhouse::worker
