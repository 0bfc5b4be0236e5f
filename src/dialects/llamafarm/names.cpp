#include "dialects/llamafarm/names.h"

#include <algorithm>

namespace weighhouse::dialects::llamafarm {
namespace {

constexpr std::string_view kLatest = "-latest";
constexpr std::string_view kStamp = "_dddddddd_dddddd";  // d: a digit

bool is_stamp(std::string_view text) {
  if (text.size() != kStamp.size()) return false;
  for (std::size_t i = 0; i < kStamp.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kStamp[i] == 'd' ? !digit : text[i] != kStamp[i]) return false;
  }
  return true;
}

}  // namespace

VersionedName split_name(std::string_view name) {
  if (name.size() > kStamp.size() && is_stamp(name.substr(name.size() - kStamp.size()))) {
    return {std::string{name.substr(0, name.size() - kStamp.size())}, true};
  }
  return {std::string{name}, false};
}

std::string versioned_name(std::string_view base, Timestamp at) {
  std::string digits;  // of 2025-09-15T10:30:00.000000Z
  for (const char c : at.to_string().substr(0, 19)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return std::string{base} + "_" + digits.substr(0, 8) + "_" + digits.substr(8);
}

std::optional<std::string> base_of_latest(std::string_view name) {
  if (!name.ends_with(kLatest) || name.size() == kLatest.size()) return std::nullopt;
  return std::string{name.substr(0, name.size() - kLatest.size())};
}

const registry::ModelRow* newest_of(const std::vector<registry::ModelRow>& rows, std::string_view base) {
  const registry::ModelRow* newest = nullptr;
  for (const auto& row : rows) {
    if (!row.current || split_name(row.model.name.text()).base != base) continue;
    if (newest == nullptr || row.current->created_at > newest->current->created_at) newest = &row;
  }
  return newest;
}

}  // namespace weighhouse::dialects::llamafarm
