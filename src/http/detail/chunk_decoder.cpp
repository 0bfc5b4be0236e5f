#include "http/detail/chunk_decoder.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace weighhouse::http::detail {
namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool is_letter(char byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'); }

std::optional<std::uint64_t> hex_value(char byte) {
  if (is_digit(byte)) return static_cast<std::uint64_t>(byte - '0');
  if (byte >= 'a' && byte <= 'f') return static_cast<std::uint64_t>(byte - 'a' + 10);
  if (byte >= 'A' && byte <= 'F') return static_cast<std::uint64_t>(byte - 'A' + 10);
  return {};
}

bool is_of_name(char byte) {
  return is_digit(byte) || is_letter(byte) || std::string_view{"!#$%&'*+-.^_`|~"}.find(byte) != std::string_view::npos;
}

bool is_of_value(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return byte == '\t' || (code >= 0x20 && code != 0x7F);
}

}  // namespace

ChunkDecoder::State ChunkDecoder::state() const {
  if (expects_ == Expects::kNothing) return State::kComplete;
  return expects_ == Expects::kNothingGood ? State::kBroken : State::kUnfinished;
}

ChunkDecoder::Decoded ChunkDecoder::decode(std::string_view encoded, std::span<std::byte> out) {
  Decoded done;
  while (done.consumed < encoded.size() && state() == State::kUnfinished) {
    if (expects_ != Expects::kData) {
      expects_ = after(encoded[done.consumed++]);
      continue;
    }
    const std::uint64_t room = std::min(encoded.size() - done.consumed, out.size() - done.produced);
    const auto count = static_cast<std::size_t>(std::min(left_, room));
    if (count == 0) break;
    std::memcpy(out.data() + done.produced, encoded.data() + done.consumed, count);
    done.consumed += count;
    done.produced += count;
    left_ -= count;
    if (left_ == 0) expects_ = Expects::kReturnAfterData;
  }
  return done;
}

ChunkDecoder::Expects ChunkDecoder::after(char byte) {
  const auto only = [byte](char wanted, Expects next) { return byte == wanted ? next : Expects::kNothingGood; };
  switch (expects_) {
    case Expects::kSize:
    case Expects::kMoreOfSize:
      return after_size_digit(byte);
    case Expects::kExtension:
      return after_extension(byte);
    case Expects::kEndOfSizeLine:
      return only('\n', left_ > 0 ? Expects::kData : Expects::kTrailer);
    case Expects::kReturnAfterData:
      return only('\r', Expects::kEndOfData);
    case Expects::kEndOfData:
      return only('\n', Expects::kSize);
    case Expects::kTrailer:
    case Expects::kTrailerName:
    case Expects::kTrailerValue:
      return after_trailer(byte);
    case Expects::kEndOfTrailer:
      return only('\n', Expects::kTrailer);
    case Expects::kEndOfBody:
      return only('\n', Expects::kNothing);
    case Expects::kData:
    case Expects::kNothing:
    case Expects::kNothingGood:
      break;
  }
  return Expects::kNothingGood;
}

ChunkDecoder::Expects ChunkDecoder::after_size_digit(char byte) {
  if (expects_ == Expects::kSize) left_ = line_ = 0;
  if (const auto digit = hex_value(byte)) {
    // As many digits as fit a number: it cannot overflow.
    if (++line_ > kMostSizeDigits) return Expects::kNothingGood;
    left_ = left_ << 4U | *digit;
    return Expects::kMoreOfSize;
  }
  if (expects_ == Expects::kSize) return Expects::kNothingGood;
  line_ = 0;
  if (byte == ';') return Expects::kExtension;
  return byte == '\r' ? Expects::kEndOfSizeLine : Expects::kNothingGood;
}

ChunkDecoder::Expects ChunkDecoder::after_extension(char byte) {
  if (byte == '\r') return Expects::kEndOfSizeLine;
  return is_of_value(byte) && ++line_ <= kMostExtensionBytes ? Expects::kExtension : Expects::kNothingGood;
}

ChunkDecoder::Expects ChunkDecoder::after_trailer(char byte) {
  if (byte == '\r' && expects_ == Expects::kTrailer) return Expects::kEndOfBody;
  if (++trailers_ > kMostTrailerBytes) return Expects::kNothingGood;
  if (expects_ == Expects::kTrailerValue) {
    if (byte == '\r') return Expects::kEndOfTrailer;
    return is_of_value(byte) ? Expects::kTrailerValue : Expects::kNothingGood;
  }
  if (byte == ':' && expects_ == Expects::kTrailerName) return Expects::kTrailerValue;
  return is_of_name(byte) ? Expects::kTrailerName : Expects::kNothingGood;
}

}  // namespace weighhouse::http::detail
