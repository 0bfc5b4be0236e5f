#pragma once

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "base/file.h"

namespace weighhouse::cli {

// Holds `text` against goldens/<name>.txt in this folder; ACCEPT=1 in the environment writes it anew.
inline void expect_golden(std::string_view name, const std::string& text) {
  const std::string path = CLI_GOLDENS "/" + std::string{name} + ".txt";
  if (const char* accept = std::getenv("ACCEPT"); accept != nullptr && std::string_view{accept} == "1") {
    ASSERT_TRUE(replace_file(path, text));
    return;
  }
  const auto golden = read_file(path);
  ASSERT_TRUE(golden.has_value()) << golden.error().message;
  EXPECT_EQ(text, *golden) << "ACCEPT=1 rewrites " << path;
}

}  // namespace weighhouse::cli
