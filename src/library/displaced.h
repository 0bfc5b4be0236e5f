#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/digest.h"
#include "library/core.h"
#include "library/registry_json.h"
#include "library/settler.h"

namespace weighhouse::library {

// The files that ours took the place of. A program that had opened registry.json before ours was put there goes on
// writing into the one that is gone from sight: it is kept until nobody can, and what was written there is found.
// Not for several threads at a time.
class Displaced {
 public:
  explicit Displaced(Core& core) : core_(core), settler_(core.options.settle) {}

  // `path` is where the file lies now, `known` the digest of the text that ours was merged from, `base` what that
  // text said.
  void add(std::string path, const Digest& known, std::shared_ptr<const Written> base);

  struct Text {
    RegistryText text;
    std::shared_ptr<const Written> base;
  };
  // What others wrote since they were last looked at, oldest first. A file that somebody has open for writing waits
  // until it has stood still.
  Result<std::vector<Text>> take_news(std::int64_t kernel_now_ns);
  // Whether one of them waited when they were last looked at.
  bool pending() const { return pending_; }

 private:
  struct File {
    std::string path;
    Digest known;
    std::shared_ptr<const Written> base;
    Timestamp since;
  };
  Core& core_;
  Settler settler_;
  std::vector<File> files_;
  bool pending_ = false;
};

}  // namespace weighhouse::library
