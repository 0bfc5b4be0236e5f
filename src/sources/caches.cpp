#include "sources/caches.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "services/puller.h"
#include "services/version_order.h"

namespace weighhouse::sources {
namespace {

constexpr std::string_view kSitePackages = "$SITE_PACKAGES";
// In the order in which they are asked.
constexpr const char* kPythonPlaces[] = {
    "$VIRTUAL_ENV/lib/python3*/site-packages", "$CONDA_PREFIX/lib/python3*/site-packages",
    "~/.local/lib/python3*/site-packages",     "/usr/local/lib/python3*/site-packages",
    "/usr/local/lib/python3*/dist-packages",   "/usr/lib/python3/dist-packages",
};

std::vector<std::string> matching_names(const std::string& folder, std::string_view pattern) {
  auto names = list_directory(folder);
  if (!names) return {};
  std::erase_if(*names, [&](const std::string& name) { return !services::matches_pattern(name, pattern); });
  std::sort(names->begin(), names->end(),
            [](const auto& a, const auto& b) { return services::order_versions(a, b) > 0; });
  return *std::move(names);
}

// An absolute path, of which any piece may hold "*".
std::vector<std::string> list_matches(const std::string& path) {
  std::vector<std::string> found{"/"};
  for (const auto piece : split(path, '/')) {
    if (piece.empty()) continue;
    std::vector<std::string> deeper;
    for (const auto& folder : found) {
      if (piece.find('*') == std::string_view::npos) {
        deeper.push_back(join_path(folder, piece));
      } else {
        for (const auto& name : matching_names(folder, piece)) deeper.push_back(join_path(folder, name));
      }
    }
    found = std::move(deeper);
  }
  std::erase_if(found, [](const std::string& place) { return !path_exists(place); });
  return found;
}

}  // namespace

std::vector<std::string> list_places(const std::string& place, const services::Variable& variable) {
  if (const auto path = services::expand_path(place, variable))
    return path->starts_with('/') ? list_matches(*path) : std::vector<std::string>{};
  std::vector<std::string> found;
  if (!place.starts_with(kSitePackages)) return found;
  for (const auto* packages : kPythonPlaces) {
    const auto path = services::expand_path(packages + place.substr(kSitePackages.size()), variable);
    if (!path || !path->starts_with('/')) continue;
    for (auto& one : list_matches(*path)) found.push_back(std::move(one));
  }
  return found;
}

std::vector<std::string> hub_caches(const services::Variable& variable) {
  std::vector<std::string> folders;
  for (const auto* root :
       {"$HF_HUB_CACHE", "$HF_HOME/hub", "$XDG_CACHE_HOME/huggingface/hub", "~/.cache/huggingface/hub"}) {
    if (auto folder = services::expand_path(root, variable)) folders.push_back(*std::move(folder));
  }
  return folders;
}

}  // namespace weighhouse::sources
