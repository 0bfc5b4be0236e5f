#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"
#include "services/shelf.h"
#include "services/workers.h"

namespace weighhouse::services {

// An encoder of sound that somebody brought: a version of a model of the kind encoder with one ONNX file. Wake words
// are trained on it as they are on the one that comes with the program.
struct AudioBase {
  std::string name;  // of the model: "google/speech-embedding"
  Digest digest;     // of the ONNX file
};

// No name, or one of those that come with the program.
bool is_builtin_audio_base(std::string_view name);

// By its name, with or without a version: kInvalidArgument, with the way to bring it, when it is not here or is none.
Result<AudioBase> get_audio_base(registry::Transaction& rows, const Caller& caller, std::string_view name);

// The file of the base that a fit recorded, for its process. kFailedPrecondition, naming the digest and how to get it,
// when it is not here any more. `reference` names who needs it.
Result<WorkFile> open_audio_base(const Shelf& shelf, const AudioBase& base, std::string_view reference);

// The same for a trained wake word, by what its file says; nothing is added where the base comes with the program.
Result<> open_base_of_wake_word(const Shelf& shelf, const Digest& weights, std::string_view reference,
                                std::vector<WorkFile>& opened);

}  // namespace weighhouse::services
