#include "registry/gate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace weighhouse::registry {
namespace {

// The longer ones first: ">" begins ">=".
constexpr std::array<std::pair<std::string_view, Gate::Relation>, 4> kRelations{{
    {">=", Gate::Relation::kAtLeast},
    {"<=", Gate::Relation::kAtMost},
    {">", Gate::Relation::kAbove},
    {"<", Gate::Relation::kBelow},
}};
constexpr std::string_view kOn = " on ";
constexpr std::size_t kLongestRule = 500;

tl::unexpected<Error> no_gate(std::string_view text, std::string_view why) {
  return fail(ErrorCode::kInvalidArgument,
              "\"" + printable(text) + "\" is no gate: " + std::string{why} +
                  " Write `f1 >= 0.9`, `f1 >= production - 0.01` or `accuracy >= production - 0.01 on test.csv`.");
}

std::optional<double> finite(std::string_view text) {
  const auto number = parse_double(trim(text));
  return number && std::isfinite(*number) ? number : std::nullopt;
}

// "production - 0.01", "production" or "0.9".
bool read_demand(std::string_view text, Gate& gate) {
  if (const auto number = parse_double(text)) {
    gate.value = *number;
    return std::isfinite(*number);
  }
  std::string_view alias = text;
  for (const std::string_view sign : {" - ", " + "}) {
    const auto at = text.find(sign);
    if (at == std::string_view::npos) continue;
    const auto number = finite(text.substr(at + sign.size()));
    if (!number) return false;
    gate.value = sign == " - " ? -*number : *number;
    alias = text.substr(0, at);
    break;
  }
  const auto word = VersionWord::parse(trim(alias));
  if (!word) return false;
  gate.baseline = *word;
  return true;
}

}  // namespace

bool Gate::holds(double found, double demanded) const {
  switch (relation) {
    case Relation::kAtLeast:
      return found >= demanded;
    case Relation::kAbove:
      return found > demanded;
    case Relation::kAtMost:
      return found <= demanded;
    case Relation::kBelow:
      return found < demanded;
  }
  return false;
}

Result<Gate> parse_gate(std::string_view text) {
  if (text.size() > kLongestRule || !is_utf8(text)) return no_gate(text, "it is too long, or no UTF-8.");
  Gate gate;
  const auto at = text.find_first_of("<>");
  if (at == std::string_view::npos) return no_gate(text, "it compares nothing.");
  std::string_view rest = text.substr(at);
  for (const auto& [sign, relation] : kRelations) {
    if (!rest.starts_with(sign)) continue;
    gate.relation = relation;
    rest.remove_prefix(sign.size());
    break;
  }
  auto metric = parse_metric_name(trim(text.substr(0, at)));
  if (!metric) return no_gate(text, "it does not begin with the name of a metric.");
  gate.metric = *std::move(metric);
  if (const auto on = rest.find(kOn); on != std::string_view::npos) {
    gate.data = trim(rest.substr(on + kOn.size()));
    if (gate.data.empty()) return no_gate(text, "it names no data.");
    rest = rest.substr(0, on);
  }
  if (!read_demand(trim(rest), gate)) {
    return no_gate(text, "what it demands is neither a number nor an alias with a number added or taken off.");
  }
  const bool is_paired = gate.baseline && !gate.data.empty();
  const bool can_be_paired = gate.metric == "accuracy" || gate.metric == "f1";
  const bool upwards = gate.relation == Gate::Relation::kAtLeast || gate.relation == Gate::Relation::kAbove;
  if (is_paired && (!can_be_paired || !upwards)) {
    return no_gate(text, "beside an alias on data, it can ask `accuracy` or `f1` to be at least (>=) or above (>).");
  }
  return gate;
}

std::string to_string(const Gate& gate) {
  std::string text = gate.metric;
  for (const auto& [sign, relation] : kRelations) {
    if (relation == gate.relation) text += " " + std::string{sign} + " ";
  }
  if (!gate.baseline) {
    text += format_number(gate.value);
  } else {
    text += gate.baseline->text();
    if (gate.value != 0) text += (gate.value < 0 ? " - " : " + ") + format_number(std::abs(gate.value));
  }
  if (!gate.data.empty()) text += std::string{kOn} + gate.data;
  return text;
}

}  // namespace weighhouse::registry
