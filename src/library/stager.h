#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "library/ledger.h"
#include "library/library.h"

namespace weighhouse::library {

// A file that should stand in a folder.
struct Wanted {
  std::string path;
  Part part = Part::kFile;
  Digest digest{};
  std::optional<std::string> text{};  // its bytes; else they are the blob's
};

struct Staged {
  Wanted wanted;
  std::string path;  // where it waits, below the library's work folder
  Stamp stamp;       // also after it was put in its place
};

// Makes files ready beside their places, in a folder of the library that scans pass over: whole and durable
// before they are seen. Safe from any thread.
class Stager {
 public:
  Stager(std::string root, LinkMode links, services::Downloads& downloads)
      : root_(std::move(root)), links_(links), downloads_(downloads) {}

  // Empties the work folder of what a crash left.
  Result<> clean() const;
  Result<Staged> stage(const Wanted& wanted) const;
  // Renames it over `place`, whose folders are made.
  Result<KeptFile> put(const Staged& staged, const std::string& place) const;
  void discard(const std::vector<Staged>& staged) const;
  // A name in the work folder that nobody has.
  std::string new_path() const;
  // Whether blobs can be shared with the library for nothing. Tried once, with the first blob.
  bool shares_blocks(const Digest& digest) const;

 private:
  Result<> fill(const Wanted& wanted, const std::string& path) const;

  std::string root_;
  LinkMode links_;
  services::Downloads& downloads_;
};

}  // namespace weighhouse::library
