#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/remote.h"

namespace weighhouse::sources {

// What stood under an address, and by what its server tells whether it still does; an empty tag is of no page.
struct Page {
  std::string tag;
  std::string text;
};

// Reads what stands under an address. Safe from any thread.
class Reader {
 public:
  virtual ~Reader() = default;
  // As Remote::open says.
  virtual Result<services::RemoteBytes> open(const std::string& address, ByteRange range, std::string_view tag) = 0;
  // All that stands there, or nothing where it is still what bore that tag. An empty tag asks for all.
  virtual Result<std::optional<services::RemoteBytes>> open_if_changed(const std::string& address,
                                                                       std::string_view tag);

  // The whole of it; kResourceExhausted when it is larger than `limit_bytes`.
  Result<std::string> text(const std::string& address, std::size_t limit_bytes);
  // The same, for who knows it from before: `known` once more where it still stands there.
  Result<Page> page(const std::string& address, std::size_t limit_bytes, Page known);
};

// Files of a folder of this machine; what leads out of it is not found. Addresses are paths below the folder, such as a
// web server of it would have.
class FolderReader final : public Reader {
 public:
  explicit FolderReader(std::string folder) : folder_(std::move(folder)) {}
  Result<services::RemoteBytes> open(const std::string& address, ByteRange range, std::string_view tag) override;
  // Paths of all files below a folder in it, each relative to that.
  Result<std::vector<std::string>> list(const std::string& below) const;

 private:
  Result<std::string> place_of(std::string_view address) const;
  const std::string folder_;
};

}  // namespace weighhouse::sources
