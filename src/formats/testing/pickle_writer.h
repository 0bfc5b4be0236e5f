#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "formats/testing/safetensors_writer.h"

namespace weighhouse::formats::testing {

// Writes pickles opcode by opcode, so that tests can write what Python never would.
class PickleWriter {
 public:
  explicit PickleWriter(int protocol = 2) {
    if (protocol >= 2) raw("\x80").raw(std::string(1, static_cast<char>(protocol)));
  }

  PickleWriter& raw(std::string_view bytes) {
    bytes_ += bytes;
    return *this;
  }
  PickleWriter& global(std::string_view module, std::string_view name) {
    return raw("c").raw(module).raw("\n").raw(name).raw("\n");
  }
  PickleWriter& text(std::string_view text) { return raw("X").raw(little_endian(text.size(), 4)).raw(text); }
  PickleWriter& number(std::int64_t value) {
    return raw("\x8A\x08").raw(little_endian(static_cast<std::uint64_t>(value), 8));
  }
  PickleWriter& numbers(const std::vector<std::int64_t>& values) {
    raw("(");
    for (const auto value : values) number(value);
    return raw("t");
  }
  PickleWriter& put(std::uint8_t place) { return raw("q").raw(std::string(1, static_cast<char>(place))); }
  PickleWriter& get(std::uint8_t place) { return raw("h").raw(std::string(1, static_cast<char>(place))); }
  std::string stop() { return bytes_ + "."; }
  std::string unfinished() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace weighhouse::formats::testing
