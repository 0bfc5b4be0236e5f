#pragma once

#include <memory>

#include "runtimes/loaded_model.h"
#include "worker/order.h"

namespace weighhouse::worker {

// The order "listen": a recording of any length, read in pieces. Its inputs are the model's file
// ("wake_word.safetensors" or "model.onnx") and "sound"; its parameters
//   {"threshold": 0.6, "cooldown_seconds": 2}
// and its result
//   {"seconds": 5400.0, "detections": [{"at_seconds": 12.4, "confidence": 0.93}], "more": 0, "took_seconds": 8.1}
//
// A detection is the highest score of a stretch that begins at the threshold and lasts for the cooldown; its time is
// the word's end. `more` counts those beyond the first 10,000.
void add_listen_order(Orders& orders, std::shared_ptr<const runtimes::Runtime> onnx);

}  // namespace weighhouse::worker
