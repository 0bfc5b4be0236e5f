#pragma once

#include <memory>
#include <string>

#include "db/open.h"

namespace weighhouse::db {

Result<std::unique_ptr<registry::MetadataStore>> open_sqlite(const std::string& path, const OpenOptions& options);

}  // namespace weighhouse::db
