#pragma once

#include <string>
#include <string_view>

namespace weighhouse::graphql {

// A type as it is written: [ID!]! is the name ID inside a required list of required items. `wraps` has what stands
// around the name from inside out, '!' and ']'. Borrows its texts.
struct TypeView {
  std::string_view name;
  std::string_view wraps;

  bool is_required() const { return wraps.ends_with('!'); }
  bool is_list() const { return optional().wraps.ends_with(']'); }
  TypeView optional() const { return is_required() ? TypeView{name, wraps.substr(0, wraps.size() - 1)} : *this; }
  // Of a list.
  TypeView item() const {
    const auto list = optional().wraps;
    return {name, list.substr(0, list.size() - 1)};
  }
  bool operator==(const TypeView&) const = default;
};

struct TypeRef {
  std::string name{};
  std::string wraps{};

  TypeView view() const { return {name, wraps}; }
};

std::string to_text(TypeView type);

}  // namespace weighhouse::graphql
