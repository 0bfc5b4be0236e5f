#pragma once

#include <memory>

#include "runtimes/loaded_model.h"

namespace weighhouse::worker {

// Models that listen for a word, under the name "wake-word". A request is a line of JSON and the sound behind it:
//
//   {"encoding": "pcm16", "rate": 16000, "tail_ms": 500}   samples of 16 bits; scores of the last tail_ms, or of all
//   {"encoding": "file"}                                   WAV, FLAC, Ogg or MP3, up to a minute
//
// and the answer is {"scores": [0.1, 0.9], "stride_seconds": 0.08, "seconds": 1.5, "rms": 0.1}: how probable it is that
// the word has just ended, `stride_seconds` apart, the last at the end of the sound. `rms` is of the stretch that was
// scored. Foreign audio is decoded here, behind the worker's walls.
//
// Its file is "wake_word.safetensors" (learners/wake_word), or an ONNX model that takes sound itself: one input of
// float32 [1, samples] at 16 kHz, one output of two logits (the second for the word) or of one probability. `onnx` runs
// those.
std::shared_ptr<const runtimes::Runtime> wake_word_runtime(std::shared_ptr<const runtimes::Runtime> onnx);

}  // namespace weighhouse::worker
