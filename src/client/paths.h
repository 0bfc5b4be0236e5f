#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/names.h"

namespace weighhouse::client {

// The paths of `api/openapi.yaml`, percent-encoded.
std::string model_path(const registry::ModelRef& model);
// Without a version: `current`.
std::string version_path(const registry::Reference& reference);
std::string alias_path(const registry::ModelRef& model, std::string_view alias);
std::string file_path(const registry::Reference& reference, std::string_view path);

// "?a=1&b=2"; values that are empty are left out, and without any the text is empty.
std::string query(const std::vector<std::pair<std::string_view, std::string>>& values);

}  // namespace weighhouse::client
