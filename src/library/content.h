#pragma once

#include <string>
#include <vector>

#include "library/core.h"
#include "library/interpret.h"

namespace weighhouse::library {

// A candidate whose bytes are in the store, leased to the library.
struct Prepared {
  std::vector<KeptFile> files{};  // of the version, with the stamps they had when they were read
  std::optional<KeptFile> metadata{};
  std::string record = "{}";  // the text of the metadata
  std::vector<ReadFile> read() const;
  std::vector<KeptFile> all() const;
};

// Looks into the files before a byte is kept. kInvalidArgument says what is wrong with them, in a sentence
// for a person; kUnavailable means that they changed meanwhile.
Result<> check_content(const Core& core, const DiskEntry& entry, const Candidate& candidate);

// Reads what is not known by its stamp (`known`, which may be of another entry) and keeps it in the store.
Result<Prepared> read_content(Core& core, const DiskEntry& entry, const Candidate& candidate, const LedgerEntry* known);

// One file from anywhere below `root`, into the store.
Result<Digest> keep_file(Core& core, const std::string& root, const DiskFile& file, const std::string& path,
                         bool may_be_known);

inline constexpr std::size_t kLargestRecord = std::size_t{1} << 20U;

}  // namespace weighhouse::library
