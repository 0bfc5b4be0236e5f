#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/report.h"

namespace weighhouse::formats::detail {

// Collects what an inspector noticed. The same remark on the same place is kept once, with its count, and each
// code keeps at most `kPerCode` places, so that a hostile file cannot make the report itself the attack.
class Findings {
 public:
  static constexpr std::size_t kPerCode = 200;

  void note(std::string_view code, std::string message, std::string where = {});
  void warn(std::string_view code, std::string message, std::string where = {});
  void danger(std::string_view code, std::string message, std::string where = {});

  // Like `danger`, and the file counts as malformed: it contradicts itself or breaks off.
  void malformed(std::string_view code, std::string message, std::string where = {});

  void add(Finding finding);

  bool is_malformed() const { return malformed_; }
  bool has(std::string_view code) const { return per_code_.contains(code); }
  const std::vector<Finding>& all() const { return findings_; }

  // The gravest first, otherwise in the order seen.
  std::vector<Finding> take() &&;

 private:
  struct Places {
    std::size_t count = 0;
    std::size_t last = 0;  // index of the last one kept
  };

  std::vector<Finding> findings_;
  std::map<std::string, Places, std::less<>> per_code_;
  std::map<std::pair<std::string, std::string>, std::size_t, std::less<>> places_;  // (code, where + message)
  bool malformed_ = false;
};

// The report with its findings; what is malformed says so in level and summary.
Report conclude(Report report, Findings findings);

}  // namespace weighhouse::formats::detail
