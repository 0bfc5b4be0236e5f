#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/id.h"
#include "db/connection.h"
#include "db/open.h"
#include "registry/manifest.h"
#include "registry/metadata_store.h"

namespace weighhouse::db {

using namespace registry;

// What every MetadataStore does, on an empty one of each engine. The tests stand in contract/, a file for
// each topic; metadata_store_test.cpp says which engines there are.
class MetadataStoreContract : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override { reopen_with({}); }
  // On an empty store again, whose lists have these limits.
  void reopen_with(const ListLimits& lists);

  // Each in a transaction of its own that must succeed.
  void write(const std::function<Result<>(Transaction&)>& work);
  Error refuse(const std::function<Result<>(Transaction&)>& work);  // the transaction must fail
  template <class Work>
  auto read(const Work& work) {
    using T = typename std::invoke_result_t<Work, Transaction&>::value_type;
    auto value = store_->read_value<T>(work);
    EXPECT_TRUE(value.has_value()) << (value ? "" : value.error().message);
    return std::move(value).take();
  }

  Model add_model(const std::string& reference, Kind kind = Kind::kOther);
  // A version of files with these bytes, each file named after its place: f0, f1, …
  Version add_version(const Model& model, const std::vector<std::string>& contents, const std::string& label = {},
                      const std::string& metadata = "{}");
  Blob put_blob(const std::string& bytes);
  Model model(const std::string& reference);
  // The names of the models that a filter finds, in the list's order.
  std::vector<std::string> names(const std::string& filter, const std::string& order = "name");
  std::string trash(const std::string& reference);  // a model or name@number; gives the id of the entry
  void restore(const std::string& trash_id);        // by "eve"
  Timestamp later() { return now_ = now_ + std::chrono::seconds{1}; }

  static Alias alias(const std::string& name, std::int64_t number, bool held = false);

  Timestamp now_ = ManualClock{}.now();
  std::optional<TemporaryDirectory> folder_{};
  std::string address_{};
  std::unique_ptr<MetadataStore> store_{};
};

}  // namespace weighhouse::db
