#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "graphql/document.h"

namespace weighhouse::graphql {

// The fields of one answer key, wherever the document selects it. Never empty.
using Gathered = std::vector<const Selection*>;
using SelectionSets = std::vector<const std::vector<Selection>*>;

// What one object of the answer has: its sets merged and their fragments unfolded, keys in the order they first appear.
class Gatherer {
 public:
  // Whether a selection with these directives takes part.
  using Wanted = std::function<bool(const std::vector<Directive>&)>;
  Gatherer(const Document& document, std::size_t most_fields, std::size_t most_fragments, Wanted wanted)
      : document_(document), fields_left_(most_fields), most_fragments_(most_fragments), wanted_(std::move(wanted)) {}

  std::vector<Gathered> gather(const SelectionSets& sets);
  // More fields, in all calls together, or more fragments in each other than allowed: what was gathered is not all.
  bool exhausted() const { return exhausted_; }

 private:
  struct Object;
  void walk(const std::vector<Selection>& set, std::size_t fragments, Object& object);

  const Document& document_;
  std::size_t fields_left_;
  std::size_t most_fragments_;
  Wanted wanted_;
  bool exhausted_ = false;
};

// The sets below the fields of one key.
SelectionSets below(const Gathered& fields);

}  // namespace weighhouse::graphql
