#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "graphql/limits.h"
#include "graphql/scalars.h"
#include "graphql/schema.h"

namespace weighhouse::graphql {

// Which value is meant, for messages: The argument "filter.idIn[3]" of Query.models. Lives on the stack, from the part
// up to its root.
struct Where {
  const Where* up = nullptr;
  std::string_view key{};              // of a field, or of the root
  std::size_t index = 0;               // of an item, where there is no key
  std::string_view before{}, after{};  // what stands around the quotes; of a root
};
std::string to_text(const Where& where);

// Values of input types, from JSON or as literals of a document. What comes out has the keys that were given and those
// with something to fall back on, and no others: absent differs from null.
class Values {
 public:
  Values(const Schema& schema, const Scalars& scalars, const Limits& limits)
      : schema_(schema), scalars_(scalars), limits_(limits) {}

  boost::json::value from_json(const boost::json::value& given, TypeView type, const Where& where, Location at,
                               Faults& faults) const;

  // Of a literal that `check_literal` has found good. Only what its variables hold can still be wrong.
  boost::json::value from_literal(const Value& literal, TypeView type, const boost::json::object& variables,
                                  const Where& where, Faults& faults) const;

  // Whether the literal can be of the type; tells of each variable in it and of the type its place has.
  using OnVariable = std::function<void(const Value& variable, TypeView place, bool place_has_fallback)>;
  void check_literal(const Value& literal, TypeView type, const Where& where, Faults& faults,
                     const OnVariable& on_variable) const;

 private:
  boost::json::value read_scalar(const boost::json::value& given, const Type& type, const Where& where, Location at,
                                 Faults& faults) const;
  boost::json::value read_object(const boost::json::value& given, const Type& type, const Where& where, Location at,
                                 Faults& faults) const;
  void check_object(const Value& literal, const Type& type, const Where& where, Faults& faults,
                    const OnVariable& on_variable) const;
  bool fits(std::size_t items, const Where& where, Location at, Faults& faults) const;

  const Schema& schema_;
  const Scalars& scalars_;
  const Limits& limits_;
};

// A literal as plain JSON. Nothing where it holds the value of an enum, which JSON cannot tell from a string.
std::optional<boost::json::value> json_of(const Value& literal, const boost::json::object& variables);

}  // namespace weighhouse::graphql
