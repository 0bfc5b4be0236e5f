#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "registry/names.h"

namespace weighhouse::services {

// The name of the source that the catalog is; nobody can give it to another.
inline constexpr std::string_view kCatalogSource = "catalog";

// A model that can be had, as the catalog tells of it. Sizes and speeds are words for people.
struct CatalogEntry {
  struct File {
    registry::FilePath path;
    std::string address;
    std::optional<Digest> digest{};
    std::vector<std::string> caches{};  // where other programs may have left the same file
  };
  std::string id;         // "whisper/base": also the model that it becomes
  std::string component;  // "asr", "tts", "nlu", …
  std::string name;
  std::string path{};  // what other programs call it
  std::string size{}, memory{}, speed{}, quality{}, accuracy{}, use{};
  std::vector<File> files{};
  std::vector<std::string> folders{};  // where other programs may have left it as a folder
  std::vector<std::string> needs{};    // files without which such a folder is not whole; patterns
  std::string hub{};                   // "owner/name", instead of files
  std::vector<std::string> exclude{};  // of those on the hub
  bool verified = false;               // somebody asked its addresses
};

// What can be had: the list that comes with the program, and the user's own, which outweighs it.
class Assortment {
 public:
  // `own_path` is a file that need not be there; read anew whenever somebody asks.
  Assortment(std::string_view built_in, std::string own_path) : built_in_(built_in), own_path_(std::move(own_path)) {}

  // kInvalidArgument names what is wrong with the user's own list.
  Result<std::vector<CatalogEntry>> list() const;
  Result<CatalogEntry> get(std::string_view id) const;

 private:
  const std::string_view built_in_;
  const std::string own_path_;
};

Result<std::vector<CatalogEntry>> parse_catalog(std::string_view json, std::string_view where);

// "$NAME" at the beginning stands for a variable and "~" for the home of the user; nothing when there is none.
using Variable = std::function<std::optional<std::string>(const std::string& name)>;
std::optional<std::string> expand_path(const std::string& path, const Variable& variable);

}  // namespace weighhouse::services
