#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "formats/detail/findings.h"

namespace weighhouse::formats::detail {

// Looks at the names in an archive with the eyes of somebody who unpacks it: names that leave the folder, that
// meet on one file, or that show themselves as something else. Nothing is ever unpacked here.
class NameChecker {
 public:
  explicit NameChecker(Findings& findings) : findings_(findings) {}
  void check(std::string_view name);

 private:
  Findings& findings_;
  std::unordered_map<std::string, std::string> seen_;  // lower case, as written
};

// Why a name must not become a path, in a few words; empty when nothing speaks against it.
std::string_view path_objection(std::string_view name);

}  // namespace weighhouse::formats::detail
