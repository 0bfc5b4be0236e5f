#include "db/columns.h"

#include "base/text.h"

namespace weighhouse::db {

Timestamp Columns::time() { return parsed(Timestamp::parse, Timestamp{}); }

Digest Columns::digest() { return parsed(Digest::parse, Digest{}); }

registry::ModelName Columns::model_name() {
  static const auto kDamaged = registry::ModelName::derive("damaged").take();
  return parsed(registry::ModelName::parse, kDamaged);
}

registry::Namespace Columns::name_space() { return parsed(registry::Namespace::parse, registry::Namespace::custom()); }

registry::VersionWord Columns::version_word() {
  return parsed(registry::VersionWord::parse, registry::VersionWord::current());
}

registry::FilePath Columns::file_path() {
  static const auto kDamaged = registry::FilePath::parse("damaged").take();
  return parsed(registry::FilePath::parse, kDamaged);
}

Result<> Columns::finish(std::string_view query) const {
  if (damaged_ < 0) return {};
  return fail(ErrorCode::kDataLoss, "The database holds \"" + printable(row_.text(damaged_), 80) + "\" in column " +
                                        std::to_string(damaged_ + 1) + " of \"" + std::string{query} +
                                        "\", which is no value of that column. Restore a backup.");
}

}  // namespace weighhouse::db
