#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weighhouse::cli {

// "name      value" lines with the values below one another. Empty values are left out.
class Fields {
 public:
  void add(std::string_view name, std::string value);
  std::string render() const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace weighhouse::cli
