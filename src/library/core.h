#pragma once

#include <atomic>
#include <mutex>
#include <set>
#include <string>

#include "library/house_files.h"
#include "library/ledger.h"
#include "library/library.h"
#include "library/problems.h"
#include "library/scanner.h"
#include "library/stager.h"
#include "services/caller.h"

namespace weighhouse::library {

// What the parts of an open library share. Ledger and disk, and the library's files themselves, are
// changed only by who holds `turn`; bytes are read and staged without it, and looked at again with it.
struct Core {
  Core(LibraryOptions given, LibraryServices used, const Clock& time, Ledger known)
      : options(std::move(given)),
        services(used),
        clock(time),
        problems(options.root),
        stager(options.root, options.links, used.downloads),
        ledger(std::move(known)) {
    caller.identity.name = "library";
  }

  const LibraryOptions options;
  const LibraryServices services;
  const Clock& clock;
  services::Caller caller = services::Caller::house();
  Problems problems;
  const Stager stager;

  std::mutex turn;
  Ledger ledger;
  DiskState disk;
  std::set<registry::ModelId> behind;  // models whose folders could not be brought in step yet

  std::atomic<bool> stopping{false};

  std::string path(const std::string& relative) const { return join_path(options.root, relative); }
};

// The place in a scan that holds this entry: "custom/jarvis", or "default" for loose files there.
inline std::string place_of(const LedgerEntry& entry) { return entry.loose() ? entry.folder() : entry.key; }

}  // namespace weighhouse::library
