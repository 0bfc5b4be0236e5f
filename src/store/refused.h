#pragma once

#include <memory>

#include "base/bytes.h"
#include "store/blob_store.h"

namespace weighhouse::store {

// A session that can still show the bytes that its seal refused. Not every store can: one that is elsewhere has
// forgotten them by then.
class ShowsRefused {
 public:
  virtual ~ShowsRefused() = default;
  // Once, after a seal refused them; nothing else at any time. What they take of the disk is free again when the reader
  // goes, or the program ends.
  virtual std::unique_ptr<RandomAccess> take_refused() = 0;
};

// What the seal of this session refused, if its store can tell.
std::unique_ptr<RandomAccess> take_refused(UploadSession& session);

}  // namespace weighhouse::store
