#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "library/scanner.h"
#include "registry/metadata_store.h"

namespace weighhouse::library {

// Why a file stands in a folder.
enum class Part : std::uint8_t { kFile, kDerived, kMetadata };

struct KeptFile {
  std::string path;  // as it stands on disk, relative to the entry's folder
  Digest digest;
  Stamp stamp{};
  Part part = Part::kFile;
};

// What the library knows to stand on disk: the version that a folder shows and the files it was shown with.
// A file that still looks like its line here is not a person's change.
struct LedgerEntry {
  std::string key;  // that of the DiskEntry
  registry::ModelId model;
  registry::VersionNumber version{1};
  std::vector<KeptFile> files{};
  // The digest of the record, as it is rendered, that the folder's .json stands for.
  Digest record{};
  // Names and layout are as a person left them; they stay so until something has to be written.
  bool as_found = false;
  // Written before the first file of a rendering is put in place and cleared after the last: after a crash
  // in between, files with these digests are ours, too.
  std::vector<KeptFile> awaited{};

  bool loose() const { return key.ends_with(".*"); }
  // A version written out on request: "custom/jarvis/versions/2". Not looked at for changes.
  bool is_export() const { return key.find("/versions/") != std::string::npos; }
  // "v1.0" for "nlu/v1.0/intent".
  std::string label() const;
  std::string folder() const;
  const KeptFile* find(std::string_view path) const;
};

// All entries, in memory and as notes of the registry. They are spread over 256 notes by their key, so
// that a change rewrites a few kilobytes and a start reads them without listing every model.
// Not for several threads at a time.
class Ledger {
 public:
  static Result<Ledger> load(registry::MetadataStore& metadata);

  const std::map<std::string, LedgerEntry>& entries() const { return entries_; }
  const LedgerEntry* find(const std::string& key) const;
  // The model's own place: not one of its version folders, nor an export.
  const LedgerEntry* find_main(const registry::ModelId& model) const;
  std::vector<const LedgerEntry*> find_all(const registry::ModelId& model) const;
  bool empty() const { return entries_.empty(); }

  // Durable when they return.
  Result<> put(LedgerEntry entry);
  Result<> remove(const std::string& key);
  Result<> move(const std::string& from, LedgerEntry to);

  // What a model's folder showed when the model went to the trash: whoever puts it back is recognised.
  Result<> remove_to_trash(const std::string& key);
  Result<std::optional<LedgerEntry>> find_trashed(const registry::ModelId& model) const;

 private:
  explicit Ledger(registry::MetadataStore& metadata) : metadata_(&metadata) {}
  Result<> save(std::initializer_list<std::size_t> shards);

  registry::MetadataStore* metadata_;
  std::map<std::string, LedgerEntry> entries_;
  std::array<std::set<std::string>, 256> shards_;
  std::map<registry::ModelId, std::set<std::string>> by_model_;
};

// One entry as JSON; the round trip is exact.
std::string to_json(const LedgerEntry& entry);
Result<LedgerEntry> parse_ledger_entry(std::string_view json);

}  // namespace weighhouse::library
