#include "client/paths.h"

#include <fmt/format.h>

#include "base/text.h"

namespace weighhouse::client {

std::string model_path(const registry::ModelRef& model) {
  const std::string name = encode_percent(model.name.text());
  if (!model.name_space) return fmt::format("/api/models/{}", name);
  return fmt::format("/api/namespaces/{}/models/{}", encode_percent(model.name_space->text()), name);
}

std::string version_path(const registry::Reference& reference) {
  const std::string version = reference.version ? registry::to_string(*reference.version) : "current";
  return fmt::format("{}/versions/{}", model_path(reference.model), encode_percent(version));
}

std::string alias_path(const registry::ModelRef& model, std::string_view alias) {
  return fmt::format("{}/aliases/{}", model_path(model), encode_percent(alias));
}

std::string file_path(const registry::Reference& reference, std::string_view path) {
  std::string encoded;
  for (const auto part : split(path, '/')) encoded += "/" + encode_percent(part);
  return fmt::format("{}/files{}", version_path(reference), encoded);
}

std::string query(const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string text;
  for (const auto& [name, value] : values) {
    if (!value.empty()) text += fmt::format("{}{}={}", text.empty() ? "?" : "&", name, encode_percent(value));
  }
  return text;
}

}  // namespace weighhouse::client
