#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "registry/metadata_store.h"
#include "registry/names.h"
#include "services/aliases.h"
#include "services/catalog.h"
#include "services/downloads.h"
#include "services/intake.h"
#include "services/publisher.h"
#include "services/trash.h"
#include "store/blob_store.h"

namespace weighhouse::library {

enum class LinkMode : std::uint8_t {
  kReflinkOrCopy,  // a reflink where the file system can, else a copy
  kHardLink,       // shares the store's bytes, read-only; a copy where that fails, and always for root
};

struct LibraryOptions {
  std::string root;                         // home/models
  std::chrono::milliseconds settle{2'000};  // sizes and times must stand still for so long
  LinkMode links = LinkMode::kReflinkOrCopy;
  std::chrono::milliseconds rescan{60'000};       // between background scans while every folder is watched
  std::chrono::milliseconds rescan_blind{5'000};  // and while the kernel has no watches left for us
  std::size_t most_watches = 20'000;
};

// What the library drives: the same use cases as every other door. All are borrowed.
struct LibraryServices {
  registry::MetadataStore& metadata;
  store::BlobStore& blobs;
  services::Intake& intake;
  services::Publisher& publisher;
  services::Catalog& catalog;
  services::Aliases& aliases;
  services::Trash& trash;
  services::Downloads& downloads;
};

// Something that a person should mend. `path` is relative to the library; `message` says what is wrong and
// the way out, in full sentences. The same text stands beside the folder as `<path>.problem.txt`.
struct Problem {
  std::string path;
  std::string message;
};

// What one look at the disk led to: references ("custom/jarvis@2"), or paths of what still waits.
struct ScanReport {
  std::vector<std::string> published{};
  std::vector<std::string> edited{};
  std::vector<std::string> renamed{};
  std::vector<std::string> trashed{};
  std::vector<std::string> restored{};
  std::vector<std::string> pending{};  // changed too recently to be read
  std::vector<Problem> problems{};
};

// The models as plain folders, to read and to drop into. README.md of this room lists the rules.
//
// What a person puts or changes in a folder is never overwritten, moved or removed before its bytes are
// safe in the store; what the library cannot read it leaves alone and reports. Safe from any thread. One
// process at a time may have a library open: who holds the lock of the home.
class Library {
 public:
  // Makes the folder when it is not there and reads what the library knew of it. Looks at no model.
  static Result<std::unique_ptr<Library>> open(LibraryOptions options, LibraryServices services, const Clock& clock);
  ~Library();  // stops
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  // Watches from a thread of its own from now on, and scans once in the background. Only this room's
  // thread takes things in then.
  Result<> start();
  void stop();

  // Looks at everything once, now. What stood still long enough is taken in before it returns.
  Result<ScanReport> scan_now();
  // For lists: returns at once while nothing changed on disk; else waits, at most this long, until what just
  // changed has been taken in. Without a running thread it looks itself.
  void settle_pending(std::chrono::milliseconds at_most);

  // To be called after each change of a model from elsewhere (published, edited, renamed, `current` moved,
  // trashed, restored, derived files): brings its folder in step before it returns, and registry.json, too,
  // unless the file is being read just now: it follows then. A model that is not for the library is none of
  // its business. What fails is tried again with the next look, and then among the problems.
  void changed(const registry::ModelId& model);

  // Gives the model a folder; the folder of one that has one is rebuilt: missing files are written again,
  // changed ones are a person's and stay.
  Result<> place(const registry::ModelRef& ref);
  // The files of any version under versions/<label or number>/; answers the folder, relative to the library.
  Result<std::string> export_version(const registry::ModelRef& ref, const registry::VersionRef& version);
  // When very many folders vanished at once nothing is moved to trash, until it is asked for here.
  Result<ScanReport> accept_removals();

  std::vector<Problem> problems() const;
  const std::string& root() const;

 private:
  struct State;
  explicit Library(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weighhouse::library
