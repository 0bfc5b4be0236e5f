#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "learners/text/text_model.h"

namespace weighhouse::learners {

// A text model as a safetensors file: the tensors `ngram.names` (I64, the bits of 64-bit names), `ngram.weights`,
// `head.weight` [n-grams, labels] and `head.bias` (F32), and in the metadata `format`, `labels` and `record` (JSON),
// `sharpness` and `unseen_weight`. A model that sees texts through an encoder has the format kEncodedTextModelFormat,
// with `meaning`, how long the encoder's vectors are: so many rows of `head.weight` follow those of the n-grams. The
// encoder itself is named in the record, and not in the file. Equal models give equal bytes, and what is read back
// predicts to the bit alike.
inline constexpr std::string_view kTextModelFormat = "weighhouse-text-1";
inline constexpr std::string_view kEncodedTextModelFormat = "weighhouse-text-2";

std::string to_safetensors(const TextModel& model);

// kInvalidArgument, with the reason in the message, for everything that to_safetensors does not write: other tensors,
// shapes that disagree, names out of order, numbers that are not finite. Memory stays within a small multiple of the
// file's size; kResourceExhausted beyond `limit_bytes`.
Result<TextModel> read_text_model(const RandomAccess& file, std::uint64_t limit_bytes = std::uint64_t{2} << 30U);

}  // namespace weighhouse::learners
