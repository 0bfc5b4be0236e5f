#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"
#include "services/shelf.h"
#include "services/workers.h"
#include "store/blob_store.h"

namespace weighhouse::services {

// An encoder that is here: a version of a model with the files that turn texts into vectors. It is known by those files
// alone: two folders with the same network and tokenizer are one encoder, whatever else is in them.
struct Encoder {
  std::string name;  // of the model: "sentence-transformers/all-MiniLM-L6-v2"
  Digest digest;     // over the files, each with its part
  std::uint64_t weights_bytes = 0;
  std::vector<std::pair<std::string, Digest>> files{};  // by the names that workers know: "encoder.config.json"
};

// Nothing when these are no files of an encoder.
std::optional<Encoder> encoder_among(std::string name, const std::vector<registry::File>& files);

// By its name, with or without a version: kInvalidArgument, with the way to bring it, when it is not here or is none.
Result<Encoder> get_encoder(registry::Transaction& rows, const Caller& caller, std::string_view name);

// The largest of the current versions of models of the kind encoder that the caller sees, up to a size that a fit has
// the patience for; nothing when there is none.
Result<std::optional<Encoder>> find_best_encoder(registry::Transaction& rows, const Caller& caller);

// What a classifier was trained on.
struct BaseOfClassifier {
  std::string name;
  Digest digest;
};
// As the header of its file says, wherever the file came from; nothing for one that needs no encoder.
Result<std::optional<BaseOfClassifier>> base_of(const RandomAccess& classifier);

// By what it is, under whatever name and number, for a model that was trained on it. kFailedPrecondition, naming the
// digest and how to get it, when it is not here.
Result<Encoder> get_encoder(registry::Transaction& rows, const BaseOfClassifier& base, std::string_view reference);

// The classifier's file among those of a version, and those of the encoder it needs, for a worker. Nothing is added
// when the version has no such file.
Result<> open_classifier_for_work(const Shelf& shelf, const std::vector<registry::File>& files,
                                  std::string_view reference, std::vector<WorkFile>& opened);

// Its files, for a worker.
Result<> open_encoder_for_work(const Shelf& shelf, const Encoder& encoder, std::vector<WorkFile>& files);

}  // namespace weighhouse::services
