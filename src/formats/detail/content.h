#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace weighhouse::formats::detail {

// Which inspector a file is for.
enum class Family : std::uint8_t {
  kNone,
  kEmpty,
  kZip,
  kPickle,
  kCompressedPickle,
  kTar,
  kSafetensors,
  kOnnx,
  kGguf,
  kGgml,
  kTflite,
  kAudio,
  kText,
};

// Both ends of a file, all that the decision rests on.
struct Ends {
  static constexpr std::size_t kHeadBytes = 8192;
  static constexpr std::size_t kTailBytes = 4096;

  std::string head;
  std::string tail;
  std::uint64_t size_bytes = 0;

  static Result<Ends> read(const RandomAccess& file);
};

Family family_of(const Ends& ends);

// The families with an own mark at the front, one test for each.
bool looks_like_safetensors(const Ends& ends);
bool looks_like_onnx(const Ends& ends);
bool looks_like_text(const Ends& ends);
bool looks_like_pickle(std::string_view head);

// Whether a loader that takes the front for a pickle would import or call something, or come to its end: the oldest
// protocols have no mark of their own and can hide in text and in other formats.
bool acts_as_pickle(std::string_view head);
bool ends_as_pickle(std::string_view head, std::uint64_t size_bytes);

}  // namespace weighhouse::formats::detail
