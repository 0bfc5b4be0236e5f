#pragma once

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "base/time.h"
#include "store/blob_store.h"

namespace weighhouse::store {

// A store with what a test must be able to do around it.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual BlobStore& store() = 0;
  virtual ManualClock& clock() = 0;
  // The program ends and begins again; there are no sessions or readers then.
  virtual void reopen() = 0;
  // What a failing disk does: the blob's bytes become these, or are lost.
  virtual void damage(const Digest& digest, std::optional<std::string> bytes) = 0;
};

struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<StoreUnderTest>()> make;
};
inline std::string name_of_kind(const testing::TestParamInfo<StoreKind>& info) { return info.param.name; }
inline void PrintTo(const StoreKind& kind, std::ostream* out) { *out << kind.name; }

}  // namespace weighhouse::store
