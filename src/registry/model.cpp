#include "registry/model.h"

#include <array>

#include "base/text.h"

namespace weighhouse::registry {
namespace {

constexpr std::array<std::pair<Kind, std::string_view>, 6> kKinds{{{Kind::kWakeWord, "wake-word"},
                                                                   {Kind::kTextClassifier, "text-classifier"},
                                                                   {Kind::kSeparator, "separator"},
                                                                   {Kind::kDetector, "detector"},
                                                                   {Kind::kEncoder, "encoder"},
                                                                   {Kind::kOther, "other"}}};

constexpr std::array<std::pair<Role, std::string_view>, 7> kRoles{{{Role::kWeights, "weights"},
                                                                   {Role::kGraph, "graph"},
                                                                   {Role::kTokenizer, "tokenizer"},
                                                                   {Role::kConfig, "config"},
                                                                   {Role::kCode, "code"},
                                                                   {Role::kData, "data"},
                                                                   {Role::kOther, "other"}}};

template <class Table, class Value>
std::string_view word_of(const Table& table, Value value) {
  for (const auto& [each, word] : table) {
    if (each == value) return word;
  }
  return "other";
}

}  // namespace

std::string_view to_string(Kind kind) { return word_of(kKinds, kind); }

Result<Kind> parse_kind(std::string_view text) {
  for (const auto& [kind, word] : kKinds) {
    if (word == text) return kind;
  }
  return fail(ErrorCode::kInvalidArgument,
              "A kind is wake-word, text-classifier, separator, detector, encoder or other, not \"" +
                  printable(text, 40) + "\".");
}

std::string_view to_string(Role role) { return word_of(kRoles, role); }

Result<Role> parse_role(std::string_view text) {
  for (const auto& [role, word] : kRoles) {
    if (word == text) return role;
  }
  return fail(ErrorCode::kInvalidArgument,
              "A role is weights, graph, tokenizer, config, code, data or other, not \"" + printable(text, 40) + "\".");
}

}  // namespace weighhouse::registry
