#include "registry/source.h"

#include <array>

#include "base/text.h"

namespace weighhouse::registry {
namespace {

constexpr std::array kKinds{"update-server", "weighhouse", "hub", "files", "folder", "bucket", "catalog"};
constexpr std::array kPolicies{"notify", "download", "apply"};
constexpr std::size_t kLongestName = 64;

template <class Enum, std::size_t count>
Result<Enum> parse_word(const std::array<const char*, count>& words, std::string_view word, std::string_view what) {
  std::string known;
  for (std::size_t i = 0; i < count; ++i) {
    if (word == words[i]) return static_cast<Enum>(i);
    known += (i == 0 ? "" : i + 1 == count ? " or " : ", ") + std::string{words[i]};
  }
  return fail(ErrorCode::kInvalidArgument,
              std::string{what} + " is " + known + ", not \"" + printable(word, 40) + "\".");
}

bool is_plain_word(std::string_view text) {
  const auto is_alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (text.empty() || text.size() > kLongestName || !is_alphanumeric(text.front())) return false;
  for (const char c : text) {
    if (!is_alphanumeric(c) && c != '.' && c != '_' && c != '-') return false;
  }
  return true;
}

}  // namespace

std::string_view to_string(SourceKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view to_string(UpdatePolicy policy) { return kPolicies[static_cast<std::size_t>(policy)]; }

Result<SourceKind> parse_source_kind(std::string_view word) {
  return parse_word<SourceKind>(kKinds, word, "The kind of a source");
}

Result<UpdatePolicy> parse_update_policy(std::string_view word) {
  return parse_word<UpdatePolicy>(kPolicies, word, "A policy of updates");
}

Result<std::string> parse_source_name(std::string_view text) {
  if (is_plain_word(text)) return std::string{text};
  return fail(ErrorCode::kInvalidArgument,
              "\"" + printable(text, 80) +
                  "\" cannot name a source. Use 1 to 64 of a-z, 0-9, \".\", \"_\" and \"-\", a letter or digit first.");
}

Result<std::string> parse_channel(std::string_view text) {
  if (is_plain_word(text) && text != "files" && text != "parts" && text.find(".json") == std::string_view::npos)
    return std::string{text};
  return fail(ErrorCode::kInvalidArgument,
              "\"" + printable(text, 80) +
                  "\" cannot name a channel. Use 1 to 64 of a-z, 0-9, \".\", \"_\" and \"-\", such as stable or beta; "
                  "\"files\" and \"parts\" are taken.");
}

}  // namespace weighhouse::registry
