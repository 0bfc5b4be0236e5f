#pragma once

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "db/open.h"
#include "services/aliases.h"
#include "services/catalog.h"
#include "services/collector.h"
#include "services/downloads.h"
#include "services/inspector.h"
#include "services/intake.h"
#include "services/publisher.h"
#include "services/trash.h"
#include "services/verifier.h"
#include "store/memory/memory_blob_store.h"

namespace weighhouse::services {

// All use cases over SQLite and blobs in memory, with a clock turned by hand.
class HouseFixture : public testing::Test {
 protected:
  registry::ModelRef ref(std::string_view text) { return registry::ModelRef::parse(text).take(); }
  registry::VersionRef number(std::int64_t value) { return registry::VersionNumber{value}; }
  registry::VersionWord word(std::string_view text) { return registry::VersionWord::parse(text).take(); }

  registry::Blob take(const std::string& bytes, const Caller& caller) {
    MemorySource source{bytes};
    auto blob = intake.take(caller, source);
    EXPECT_TRUE(blob) << (blob ? "" : blob.error().message);
    return std::move(blob).take();
  }

  NewVersion files(const std::vector<std::pair<std::string, std::string>>& contents, const Caller& caller) {
    NewVersion version;
    for (const auto& [path, bytes] : contents) {
      version.files.emplace_back(registry::FilePath::parse(path).take(), take(bytes, caller).digest);
    }
    return version;
  }

  Result<Published> publish(std::string_view model, const std::vector<std::pair<std::string, std::string>>& contents) {
    return publisher.publish(alice, ref(model), files(contents, alice));
  }

  TemporaryDirectory directory = TemporaryDirectory::create().take();
  ManualClock clock;
  std::unique_ptr<registry::MetadataStore> metadata = db::open(join_path(directory.path(), "weighhouse.db")).take();
  store::MemoryBlobStore blobs;
  Intake intake{*metadata, blobs, clock, {}};
  Publisher publisher{*metadata, blobs, clock};
  Catalog catalog{*metadata, clock};
  Gates gates{*metadata, clock, {}};
  Aliases aliases{*metadata, clock, gates};
  Collector collector{*metadata, blobs, clock, std::chrono::hours{24 * 7}};
  Trash trash{*metadata, collector, clock, std::chrono::days{30}};
  Inspector inspector{*metadata, blobs};
  Downloads downloads{*metadata, blobs, clock};
  Verifier verifier{*metadata, blobs, clock};
  Caller alice{{"alice", {auth::Scope::kWrite}, "*"}, "request-1"};
  Caller bob{{"bob", {auth::Scope::kWrite}, "bobs*"}, "request-2"};
};

}  // namespace weighhouse::services
