#pragma once

#include <boost/json.hpp>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/guarded.h"

namespace weighhouse::dialects::superb {

// What became of the jobs that the newest clients delete with. They are done when startJob answers, so that what is
// kept here serves only those that ask once more: the last ones, without their parameters, until the server ends. Safe
// from any thread.
class Jobs {
 public:
  static constexpr std::size_t kKept = 100;

  void add(boost::json::object job);
  // For whoever started it.
  std::optional<boost::json::object> find(std::string_view id, std::string_view by) const;

 private:
  mutable Guarded<std::deque<boost::json::object>> jobs_;
};

}  // namespace weighhouse::dialects::superb
