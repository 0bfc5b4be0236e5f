#pragma once

#include <memory>
#include <string>

#include "store/local/file_system.h"
#include "store/local/layout.h"

namespace weighhouse::store {

// Makes the root if need be, locks it, and makes sure that it is a store this program understands. Nothing
// is written into a directory that is not.
Result<std::unique_ptr<FileLock>> lock_store(FileSystem& files, const Layout& layout);

// rename cannot cross file systems, and a copy in its place would not be atomic.
Result<> require_one_file_system(FileSystem& files, const Layout& layout);

}  // namespace weighhouse::store
