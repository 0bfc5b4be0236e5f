#include "graphql/validate.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "graphql/detail/fields_check.h"
#include "graphql/detail/operation_check.h"
#include "graphql/detail/suggest.h"

namespace weighhouse::graphql {
namespace {

using Names = std::set<std::string_view>;

void collect_spreads(const std::vector<Selection>& selections, Names& names) {
  for (const auto& selection : selections) {
    if (selection.kind == Selection::Kind::kSpread) names.insert(selection.name);
    collect_spreads(selection.selections, names);
  }
}

class DocumentCheck {
 public:
  DocumentCheck(const Document& document, const Schema& schema, const Values& values, const Limits& limits)
      : document_(document), schema_(schema), values_(values), limits_(limits) {}

  std::vector<Error> run() {
    check_operations();
    check_fragments();
    check_spreads();
    // Unfolding needs that every name has its meaning and no fragment holds itself.
    if (faults_.empty()) {
      for (const auto& operation : document_.operations) {
        OperationCheck{document_, operation, schema_, values_, limits_, faults_}.run();
      }
    }
    return std::move(faults_).take();
  }

 private:
  void check_operations() {
    Names names;
    for (const auto& operation : document_.operations) {
      const bool alone = document_.operations.size() == 1;
      if (operation.name.empty() && !alone) {
        faults_.add(operation.at, "Where there are several operations, each needs a name.");
      } else if (!operation.name.empty() && !names.insert(operation.name).second) {
        faults_.add(operation.at, "Two operations are named \"" + printable(operation.name, 60) + "\".");
      }
      const Type* root = schema_.root(operation.kind);
      if (root == nullptr) {
        faults_.add(operation.at, "There is no " + std::string{to_string(operation.kind)} + " here.");
        continue;
      }
      FieldsCheck fields{document_, schema_, values_, faults_};
      fields.check(operation.directives);
      fields.check(operation.selections, *root);
    }
  }

  void check_fragments() {
    Names names;
    for (const auto& fragment : document_.fragments) {
      if (!names.insert(fragment.name).second) {
        faults_.add(fragment.at, "Two fragments are named \"" + printable(fragment.name, 60) + "\".");
      }
      FieldsCheck fields{document_, schema_, values_, faults_};
      fields.check(fragment.directives);
      const Type* on = schema_.find(fragment.on);
      if (on != nullptr && on->kind == TypeKind::kObject) {
        fields.check(fragment.selections, *on);
      } else {
        faults_.add(fragment.at, "A fragment cannot be on \"" + printable(fragment.on, 60) +
                                     "\", which is no type with fields." + suggest_named(fragment.on, schema_.types()));
      }
    }
  }

  // Takes away fragments that spread no other, again and again: what is left at the end spreads itself. Those that no
  // operation reaches are unused.
  void check_spreads() {
    std::map<std::string_view, Names> spreads;
    for (const auto& fragment : document_.fragments) {
      collect_spreads(fragment.selections, spreads[fragment.name]);
    }
    std::map<std::string_view, Names> users;
    std::map<std::string_view, std::size_t> open;
    std::vector<std::string_view> done;
    for (const auto& [name, others] : spreads) {
      for (const auto other : others) {
        if (spreads.contains(other)) ++open[name], users[other].insert(name);
      }
      if (open[name] == 0) done.push_back(name);
    }
    for (std::size_t i = 0; i < done.size(); ++i) {
      for (const auto user : users[done[i]]) {
        if (--open[user] == 0) done.push_back(user);
      }
    }
    for (const auto& fragment : document_.fragments) {
      if (open[fragment.name] == 0) continue;
      faults_.add(fragment.at,
                  "The fragment \"" + printable(fragment.name, 60) + "\" spreads itself, if only through others.");
    }
    check_used(spreads);
  }

  void check_used(const std::map<std::string_view, Names>& spreads) {
    Names reached;
    for (const auto& operation : document_.operations) collect_spreads(operation.selections, reached);
    std::vector<std::string_view> next{reached.begin(), reached.end()};
    while (!next.empty()) {
      const auto found = spreads.find(next.back());
      next.pop_back();
      if (found == spreads.end()) continue;
      for (const auto other : found->second) {
        if (reached.insert(other).second) next.push_back(other);
      }
    }
    for (const auto& fragment : document_.fragments) {
      if (reached.contains(fragment.name)) continue;
      faults_.add(fragment.at, "No operation uses the fragment \"" + printable(fragment.name, 60) + "\".");
    }
  }

  const Document& document_;
  const Schema& schema_;
  const Values& values_;
  const Limits& limits_;
  Faults faults_{};
};

}  // namespace

std::vector<Error> validate(const Document& document, const Schema& schema, const Scalars& scalars,
                            const Limits& limits) {
  const Values values{schema, scalars, limits};
  return DocumentCheck{document, schema, values, limits}.run();
}

}  // namespace weighhouse::graphql
