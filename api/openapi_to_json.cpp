// openapi_to_json INPUT.yaml OUTPUT.json
//
// Turns api/openapi.yaml into JSON, and writes out what its description says in one sentence: every path
// below /api/models/{model} exists below /api/namespaces/{namespace}/models/{model}, too.

#include <boost/json.hpp>
#include <fstream>
#include <iostream>
#include <string>
#include <yaml-cpp/yaml.h>

namespace json = boost::json;

namespace {

constexpr std::string_view kBare = "/api/models/{model}";
constexpr std::string_view kNamespaced = "/api/namespaces/{namespace}/models/{model}";

json::value scalar(const YAML::Node& node) {
  const std::string text = node.Scalar();
  if (node.Tag() == "!") return json::string{text};  // quoted
  if (text == "true") return true;
  if (text == "false") return false;
  if (text == "null" || text == "~") return nullptr;
  json::error_code error;
  auto number = json::parse(text, error);
  if (!error && number.is_number()) return number;
  return json::string{text};
}

json::value convert(const YAML::Node& node) {
  if (node.IsScalar()) return scalar(node);
  if (node.IsSequence()) {
    json::array array;
    for (const auto& item : node) array.push_back(convert(item));
    return array;
  }
  if (!node.IsMap()) return nullptr;
  json::object object;
  for (const auto& item : node) object[item.first.Scalar()] = convert(item.second);
  return object;
}

void add_namespaced_paths(json::object& paths) {
  json::object twins;
  for (const auto& [path, item] : paths) {
    if (!path.starts_with(kBare)) continue;
    json::object twin = item.as_object();
    auto& parameters = twin["parameters"].as_array();
    parameters.insert(
        parameters.begin(),
        json::object{{"name", "namespace"}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
    for (const char* method : {"get", "put", "post", "patch", "delete"}) {
      if (auto* operation = twin.if_contains(method)) {
        auto& id = operation->as_object()["operationId"];
        id = std::string{id.as_string()} + "_in_namespace";
      }
    }
    twins[std::string{kNamespaced} + std::string{path.substr(kBare.size())}] = std::move(twin);
  }
  for (auto& [path, item] : twins) paths[path] = std::move(item);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: openapi_to_json INPUT.yaml OUTPUT.json\n";
    return 2;
  }
  try {
    auto document = convert(YAML::LoadFile(argv[1]));
    add_namespaced_paths(document.as_object()["paths"].as_object());
    std::ofstream out{argv[2], std::ios::binary};
    out << json::serialize(document) << "\n";
    return out.flush() ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << argv[1] << ": " << error.what() << "\n";
    return 1;
  }
}
