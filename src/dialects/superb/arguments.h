#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weighhouse::dialects::superb {

// The arguments of a field, or an input object among them. The schema has checked their types; an argument may still be
// absent, or null.
class Arguments {
 public:
  explicit Arguments(const boost::json::object& object) : object_(object) {}

  bool given(std::string_view name) const { return object_.contains(name); }  // be it as null
  std::string text(std::string_view name) const;                              // empty for absent and null
  std::optional<std::string> find_text(std::string_view name) const;
  std::optional<bool> find_flag(std::string_view name) const;
  std::optional<std::int64_t> find_integer(std::string_view name) const;
  std::optional<double> find_number(std::string_view name) const;
  std::optional<std::vector<std::string>> find_texts(std::string_view name) const;
  std::vector<Arguments> objects(std::string_view name) const;
  std::optional<Arguments> find_object(std::string_view name) const;
  // Any JSON; null for absent.
  const boost::json::value& any(std::string_view name) const;

  // For changes: nothing for absent, an empty text for null.
  std::optional<std::string> text_change(std::string_view name) const;

 private:
  const boost::json::object& object_;
};

}  // namespace weighhouse::dialects::superb
