#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "library/ledger.h"
#include "library/scanner.h"

namespace weighhouse::library {

// The rules by which names, sizes and times on disk are read. Pure: nothing here opens a file.

// What an entry would be as a version.
struct Candidate {
  std::vector<DiskFile> files;         // of the version
  std::optional<DiskFile> metadata{};  // beside them; becomes the record
  std::vector<DiskEntry> restores{};   // folders of the same shape inside: `cp -r jarvis_v1 jarvis` makes one
};
// Something is there that cannot be a model, and a person should hear of it.
struct Broken {
  std::string message;
};
// No model, and nothing wrong.
struct Nothing {};
using Shape = std::variant<Nothing, Candidate, Broken>;

// `known` is what the ledger says of this entry, if it does.
Shape read_shape(const DiskEntry& entry, const LedgerEntry* known);

// How an entry differs from what was last known of it, by stamps alone. Paths.
struct Difference {
  std::vector<std::string> changed{};
  std::vector<std::string> added{};
  std::vector<std::string> missing{};
  bool none() const { return changed.empty() && added.empty() && missing.empty(); }
};
Difference difference(const DiskEntry& entry, const LedgerEntry& known);

// A file of the candidate whose bytes have been read.
struct ReadFile {
  std::string path;
  Digest digest;
};

// What changed bytes mean for a known entry.
enum class Meaning : std::uint8_t {
  kSame,  // the same bytes under the same names, or a pair under other names
  kNewVersion,
  kIncomplete,  // some files are gone and nothing else is new: an accident until proven otherwise
};
struct Verdict {
  Meaning meaning;
  std::vector<std::string> missing{};
};
// `read` are all files of the candidate, without metadata.
Verdict judge(const std::vector<ReadFile>& read, const LedgerEntry& known);

// Where ledger and disk disagree about whole entries.
struct Absences {
  std::vector<std::string> vanished{};  // keys that stood in the ledger and are gone
  std::string refusal{};                // why nothing may follow from that; a sentence, empty when it may
};
// A missing library, an unmounted disk or very many folders gone at once are no wish to delete.
Absences find_absences(const DiskState& disk, const Ledger& ledger);

inline constexpr std::size_t kMostVanishedAtOnce = 10;

// The entry whose bytes these are, among those that vanished: it was renamed. Stamps tell without reading
// where the files were only moved.
const LedgerEntry* find_moved_by_stamps(const DiskEntry& entry, const std::vector<const LedgerEntry*>& vanished);
const LedgerEntry* find_moved_by_digests(const std::vector<ReadFile>& read,
                                         const std::vector<const LedgerEntry*>& vanished);

}  // namespace weighhouse::library
