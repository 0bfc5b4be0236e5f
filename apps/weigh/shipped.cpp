#include "shipped.h"

#include <boost/json.hpp>
#include <map>

#include "shipped_assets.h"

namespace weighhouse::app {
namespace {

constexpr std::string_view kRecord = "metadata.json";

registry::Kind kind_in(std::string_view record) {
  const auto parsed = boost::json::parse(record);
  const auto kind = registry::parse_kind(std::string_view{parsed.at("kind").as_string()});
  check(kind.has_value(), "a shipped model's record names its kind");
  return *kind;
}

}  // namespace

std::vector<services::ShippedModel> shipped_models() {
  std::map<std::string_view, services::ShippedModel> by_name;
  for (const auto& file : shipped_assets()) {
    // "default/assistant/wake_word.safetensors"
    const auto slash = file.name.find('/', file.name.find('/') + 1);
    check(slash != std::string_view::npos, "a shipped file lies in its model's folder");
    const auto name = file.name.substr(0, slash);
    const auto path = file.name.substr(slash + 1);
    auto& model =
        by_name.try_emplace(name, services::ShippedModel{.name = name, .kind = {}, .record = {}}).first->second;
    if (path == kRecord) {
      model.record = file.bytes;
      model.kind = kind_in(file.bytes);
    } else {
      model.files.emplace_back(path, file.bytes);
    }
  }
  std::vector<services::ShippedModel> models;
  for (auto& [name, model] : by_name) models.push_back(std::move(model));
  return models;
}

}  // namespace weighhouse::app
