#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace weighhouse {

// A file built into the program (see cmake/Embed.cmake).
struct EmbeddedFile {
  std::string_view name;
  std::string_view bytes;
};

}  // namespace weighhouse
