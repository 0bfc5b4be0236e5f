#pragma once

#include <memory>

#include "db/open.h"
#include "db/pool.h"
#include "registry/metadata_store.h"

namespace weighhouse::db {

// A MetadataStore over connections of either engine. `writers` and `readers` may be one pool.
class SqlStore final : public registry::MetadataStore {
 public:
  SqlStore(std::string engine, std::shared_ptr<Pool> writers, std::shared_ptr<Pool> readers, const ListLimits& lists)
      : engine_(std::move(engine)), writers_(std::move(writers)), readers_(std::move(readers)), lists_(lists) {}

  Result<> transact(const std::function<Result<>(registry::Transaction&)>& work) override;
  Result<> read(const std::function<Result<>(registry::Transaction&)>& work) const override;
  Result<> copy_to(const std::string& path) const override;
  std::string engine() const override { return engine_; }

 private:
  const std::string engine_;
  const std::shared_ptr<Pool> writers_;
  const std::shared_ptr<Pool> readers_;
  const ListLimits lists_;
};

}  // namespace weighhouse::db
