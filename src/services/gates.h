#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "registry/gate.h"
#include "registry/metadata_store.h"
#include "services/caller.h"

namespace weighhouse::services {

// Whether a version meets one rule of an alias, and what was found: "f1 is 0.713".
struct GateFinding {
  std::string rule;
  bool holds = false;
  std::string found{};
};

// Two evaluations on the same data, and the metric in which they are compared.
struct EvaluationPair {
  std::string from;
  std::string to;
  std::string metric;
  auto operator<=>(const EvaluationPair&) const = default;
};
// For each pair, the lower end of the 95 % interval of how much more `to` has than `from`.
using LowerBounds = std::map<EvaluationPair, double>;

// What the rows say of every gate. Pairs that `bounds` lacks are added to `missing`, and their gates do not hold.
Result<std::vector<GateFinding>> judge_gates(registry::Transaction& rows, const registry::Model& model,
                                             const registry::VersionWord& alias, registry::VersionNumber number,
                                             const LowerBounds& bounds, std::vector<EvaluationPair>& missing);
// kFailedPrecondition, naming what does not hold.
Result<> require_gates(const registry::Model& model, const registry::VersionWord& alias, registry::VersionNumber number,
                       const std::vector<GateFinding>& findings);

// The rules that aliases demand of a version before they move there. They hold for every move but a rollback, which
// returns to what stood there before.
class Gates {
 public:
  using LowerBoundOf = std::function<Result<double>(const Caller& caller, const EvaluationPair& pair)>;
  Gates(registry::MetadataStore& metadata, const Clock& clock, LowerBoundOf lower_bound_of)
      : metadata_(metadata), clock_(clock), lower_bound_of_(std::move(lower_bound_of)) {}

  Result<std::vector<std::string>> list(const Caller& caller, const registry::ModelRef& ref,
                                        const registry::VersionWord& alias) const;
  // In place of those there are; none removes them. kInvalidArgument for `current`, which moves by itself.
  Result<std::vector<std::string>> put(const Caller& caller, const registry::ModelRef& ref,
                                       const registry::VersionWord& alias, const std::vector<std::string>& rules);

  struct Judgement {
    registry::VersionNumber number{0};
    std::vector<GateFinding> findings{};
    LowerBounds bounds{};  // what was computed for it, for a judgement within a transaction
  };
  // Whether the alias could move to the version now. May read predictions, so never within a transaction.
  Result<Judgement> judge(const Caller& caller, const registry::ModelRef& ref, const registry::VersionWord& alias,
                          const registry::VersionRef& to) const;

  static constexpr std::size_t kMostRules = 20;

 private:
  registry::MetadataStore& metadata_;
  const Clock& clock_;
  LowerBoundOf lower_bound_of_;
};

}  // namespace weighhouse::services
