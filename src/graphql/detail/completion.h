#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "graphql/plan.h"

namespace weighhouse::graphql {

// Cuts what a resolver gave to what was asked: the keys of the answer in their order, and null rising from where a
// value must be to the nearest place that may have none.
class Completion {
 public:
  struct Missing {
    boost::json::array path;
    std::string message;
  };

  // Nothing when null rose above the field itself.
  std::optional<boost::json::value> complete(const PlannedField& asked, const boost::json::value& given);
  const std::vector<Missing>& missing() const { return missing_; }

 private:
  bool put(const boost::json::value& given, TypeView type, const PlannedField& asked, boost::json::value& out);
  bool put_some(const boost::json::value& given, TypeView type, const PlannedField& asked, boost::json::value& out);
  bool put_object(const boost::json::object& given, const PlannedField& asked, boost::json::value& out);

  boost::json::array path_{};
  std::vector<Missing> missing_{};
};

}  // namespace weighhouse::graphql
