#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace weighhouse::http::detail {

// Takes the frames off a chunked body (RFC 9112, section 7.1). It keeps no bytes and needs none twice, so it makes no
// difference in which pieces they come.
//
// Strict, since a proxy and a server that disagree on where a body ends are how one request is smuggled inside another:
// each line ends in CR LF, a size is hexadecimal digits and nothing else, no control character stands anywhere, and no
// line is longer than an honest one. Extensions and trailers are read and forgotten.
class ChunkDecoder {
 public:
  enum class State : std::uint8_t { kUnfinished, kComplete, kBroken };

  static constexpr std::size_t kMostSizeDigits = 16;
  static constexpr std::size_t kMostExtensionBytes = 256;  // of one chunk
  static constexpr std::size_t kMostTrailerBytes = 4096;   // of the whole body

  struct Decoded {
    std::size_t consumed = 0;  // of `encoded`: all of it, unless `out` is full, the body complete or a frame broken
    std::size_t produced = 0;  // into `out`
  };
  Decoded decode(std::string_view encoded, std::span<std::byte> out);

  State state() const;

 private:
  enum class Expects : std::uint8_t {
    kSize,
    kMoreOfSize,
    kExtension,
    kEndOfSizeLine,
    kData,
    kReturnAfterData,
    kEndOfData,
    kTrailer,
    kTrailerName,
    kTrailerValue,
    kEndOfTrailer,
    kEndOfBody,
    kNothing,  // the body is complete
    kNothingGood,
  };
  // What stands behind a byte that is not of a chunk's data.
  Expects after(char byte);
  Expects after_size_digit(char byte);
  Expects after_extension(char byte);
  Expects after_trailer(char byte);

  Expects expects_ = Expects::kSize;
  std::uint64_t left_ = 0;  // of the chunk
  std::size_t line_ = 0;    // digits or bytes of the extension so far
  std::size_t trailers_ = 0;
};

}  // namespace weighhouse::http::detail
