#include <set>

#include "base/file.h"
#include "http/testing/sharing_fixture.h"

namespace weighhouse::http {
namespace {

using OpenapiTest = SharingFixture;

std::string word_of(Permission permission) {
  switch (permission) {
    case Permission::kOpen:
      return "open";
    case Permission::kRead:
      return "read";
    case Permission::kWrite:
      return "write";
    case Permission::kAdmin:
      return "admin";
  }
  return "";
}

std::set<std::string> in_contract() {
  const auto document = boost::json::parse(read_file(WEIGH_OPENAPI_JSON).take());
  std::set<std::string> operations;
  for (const auto& [path, item] : document.at("paths").as_object()) {
    for (const auto& [method, operation] : item.as_object()) {
      if (method == "parameters") continue;
      std::string word{method};
      for (char& c : word) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      operations.insert(word + " " + std::string{path} + " " + std::string{operation.at("x-permission").as_string()});
    }
  }
  return operations;
}

// The paths of all members without a value, which a comma that was not quoted leaves behind.
void find_empty(const boost::json::value& value, const std::string& path, std::vector<std::string>& found) {
  if (value.is_null()) found.push_back(path);
  if (value.is_array()) {
    for (const auto& one : value.get_array()) find_empty(one, path + "/-", found);
  }
  if (!value.is_object()) return;
  for (const auto& [key, one] : value.get_object()) {
    if (key == "example" || key == "default" || key == "enum") continue;
    find_empty(one, path + "/" + std::string{key}, found);
  }
}

TEST_F(OpenapiTest, HasAValueForEveryWord) {
  std::vector<std::string> found;
  find_empty(boost::json::parse(read_file(WEIGH_OPENAPI_JSON).take()), "", found);
  EXPECT_EQ(found, std::vector<std::string>{});
}

TEST_F(OpenapiTest, NamesExactlyTheRoutesThereAreWithTheirPermissions) {
  auto routes = native_routes(context);
  for (auto& route : sharing_routes(sharing)) routes.push_back(std::move(route));
  for (auto& route : document_routes("{}", [] { return std::string{}; })) routes.push_back(std::move(route));
  std::set<std::string> in_table;
  for (const auto& route : routes) {
    std::string pattern = route.pattern;
    if (const auto dots = pattern.find("...}"); dots != std::string::npos) pattern.erase(dots, 3);
    in_table.insert(std::string{to_string(route.method)} + " " + pattern + " " + word_of(route.permission));
  }
  EXPECT_EQ(in_table, in_contract());
}

}  // namespace
}  // namespace weighhouse::http
