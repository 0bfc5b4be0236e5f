#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"
#include "services/downloads.h"
#include "services/shelf.h"

namespace weighhouse::services {

struct NewContent {
  std::string key{};
  std::string content_type{};
  bool folder = false;
};

struct ContentView {
  registry::Content content;
  std::vector<registry::ContentFile> files{};
};

// A content by its id, or the newest whose key is that word. A caller for some namespaces only sees those they made.
Result<registry::Content> visible_content(registry::Transaction& rows, const Caller& caller, std::string_view word);

// Bytes that are kept by themselves under an id, as one file or as a folder: weights and charts that trainings name,
// and whatever an item of a dataset consists of. They stay until somebody removes them. Wherever one is asked for, a
// word is its id or its key.
class Contents {
 public:
  explicit Contents(const Shelf& shelf) : shelf_(shelf) {}

  Result<registry::Content> create(const Caller& caller, const NewContent& content);
  Result<ContentView> get(const Caller& caller, std::string_view word) const;
  Result<registry::Page<registry::Content>> list(const Caller& caller, std::size_t length,
                                                 std::string_view cursor) const;
  // A blob that the caller uploaded or may read becomes the file, or the file `name` of a folder.
  Result<ContentView> put_file(const Caller& caller, std::string_view word, std::string_view name, const Digest& digest,
                               std::string_view content_type);
  // kNotFound while nobody uploaded it.
  Result<Handed> find_file(const Caller& caller, std::string_view word, std::string_view name) const;
  // kFailedPrecondition names what refers to it.
  Result<> remove(const Caller& caller, std::string_view word);

 private:
  Shelf shelf_;
};

}  // namespace weighhouse::services
