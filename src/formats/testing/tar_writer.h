#pragma once

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace weighhouse::formats::testing {

// Plain files by name and content.
inline std::string write_tar(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string file;
  for (const auto& [name, data] : members) {
    std::string header(512, '\0');
    const auto put = [&](std::size_t at, const std::string& text) { header.replace(at, text.size(), text); };
    const auto octal = [](std::size_t value, int digits) {
      char text[32];
      std::snprintf(text, sizeof text, "%0*zo", digits, value);
      return std::string{text};
    };
    put(0, name);
    put(100, "0000644");
    put(124, octal(data.size(), 11));
    put(136, "00000000000");
    put(148, "        ");
    put(156, "0");
    put(257, std::string{"ustar\0"
                         "00",
                         8});
    std::size_t sum = 0;
    for (const char c : header) sum += static_cast<unsigned char>(c);
    put(148, octal(sum, 6) + '\0');
    file += header + data + std::string((512 - data.size() % 512) % 512, '\0');
  }
  return file + std::string(1024, '\0');
}

}  // namespace weighhouse::formats::testing
