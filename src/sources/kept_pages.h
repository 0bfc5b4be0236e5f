#pragma once

#include <string>

#include "sources/reader.h"

namespace weighhouse::sources {

// Lists that were read before, in a folder, so that a server that still has the same need not send it again. Losing one
// costs a request. Safe from any thread, and from several programs at once.
class KeptPages {
 public:
  explicit KeptPages(std::string folder) : folder_(std::move(folder)) {}

  // An empty one where none is kept, or where its bytes are not what they were.
  Page find(const std::string& address) const;
  // In place of the one that was kept there; what is large or has no tag is not kept, and the oldest make room.
  void keep(const std::string& address, const Page& page) const;

 private:
  std::string place_of(const std::string& address) const;
  void make_room() const;

  const std::string folder_;
};

}  // namespace weighhouse::sources
