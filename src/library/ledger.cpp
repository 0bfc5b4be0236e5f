#include "library/ledger.h"

#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>

#include "base/text.h"

namespace weighhouse::library {
namespace json = boost::json;

namespace {

constexpr std::string_view kNotePrefix = "library.ledger.";

std::string trash_note(const registry::ModelId& model) { return "library.trashed." + model.text; }

std::size_t shard_of(const std::string& key) { return std::to_integer<std::size_t>(Digest::of(key).bytes()[0]); }

std::string note_of(std::size_t shard) {
  const std::array<std::byte, 1> byte{static_cast<std::byte>(shard)};
  return std::string{kNotePrefix} + encode_hex(byte);
}

std::string_view word(Part part) {
  return part == Part::kFile ? "file" : part == Part::kDerived ? "derived" : "metadata";
}

json::array files_json(const std::vector<KeptFile>& files) {
  json::array array;
  for (const KeptFile& file : files) {
    array.push_back(json::object{{"path", file.path},
                                 {"digest", file.digest.to_string()},
                                 {"size", file.stamp.size_bytes},
                                 {"modified_ns", file.stamp.modified_ns},
                                 {"inode", file.stamp.inode},
                                 {"part", word(file.part)}});
  }
  return array;
}

json::object entry_json(const LedgerEntry& entry) {
  json::object object{{"key", entry.key},
                      {"model", entry.model.text},
                      {"version", entry.version.value()},
                      {"files", files_json(entry.files)}};
  object["record"] = entry.record.to_string();
  if (entry.as_found) object["as_found"] = true;
  if (!entry.awaited.empty()) object["awaited"] = files_json(entry.awaited);
  return object;
}

// We wrote it: whatever does not fit is damage, and no input to be polite about. boost::json throws then.
Digest read_digest(const json::value& value) {
  const auto digest = Digest::parse(json::string_view{value.as_string()});
  if (!digest) throw std::invalid_argument{digest.error().message};
  return *digest;
}

std::vector<KeptFile> read_files(const json::value& value) {
  std::vector<KeptFile> files;
  for (const auto& item : value.as_array()) {
    const auto& object = item.as_object();
    const std::string_view part = object.at("part").as_string();
    files.push_back(
        {.path = std::string{object.at("path").as_string()},
         .digest = read_digest(object.at("digest")),
         .stamp = {object.at("size").to_number<std::uint64_t>(), object.at("modified_ns").to_number<std::int64_t>(),
                   object.at("inode").to_number<std::uint64_t>()},
         .part = part == "file"      ? Part::kFile
                 : part == "derived" ? Part::kDerived
                                     : Part::kMetadata});
  }
  return files;
}

LedgerEntry read_entry(const json::value& value) {
  const auto& object = value.as_object();
  LedgerEntry entry{.key = std::string{object.at("key").as_string()},
                    .model = {std::string{object.at("model").as_string()}},
                    .version = registry::VersionNumber{object.at("version").to_number<std::int64_t>()},
                    .files = read_files(object.at("files"))};
  entry.record = read_digest(object.at("record"));
  entry.as_found = object.contains("as_found");
  if (const auto* awaited = object.if_contains("awaited")) entry.awaited = read_files(*awaited);
  return entry;
}

Result<std::vector<LedgerEntry>> read_note(const std::string& note, std::string_view text) {
  try {
    std::vector<LedgerEntry> entries;
    const auto value = json::parse(text);
    for (const auto& item : value.as_array()) entries.push_back(read_entry(item));
    return entries;
  } catch (const std::exception& problem) {
    return fail(ErrorCode::kInternal, "The note \"" + note + "\" of the registry is damaged (" + problem.what() + ").");
  }
}

}  // namespace

std::string LedgerEntry::label() const {
  const auto parts = split(key, '/');
  return parts.size() == 3 ? std::string{parts[1]} : std::string{};
}

std::string LedgerEntry::folder() const { return loose() ? key.substr(0, key.rfind('/')) : key; }

const KeptFile* LedgerEntry::find(std::string_view path) const {
  const auto found = std::find_if(files.begin(), files.end(), [&](const KeptFile& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

Result<Ledger> Ledger::load(registry::MetadataStore& metadata) {
  std::vector<std::pair<std::string, std::string>> notes;
  TRY(metadata.read([&](registry::Transaction& rows) -> Result<> {
    notes.clear();
    for (std::size_t shard = 0; shard < 256; ++shard) {
      if (auto text = TRY(rows.find_note(note_of(shard)))) notes.emplace_back(note_of(shard), *std::move(text));
    }
    return {};
  }));
  Ledger ledger{metadata};
  for (const auto& [note, text] : notes) {
    for (auto& entry : TRY(read_note(note, text))) {
      ledger.shards_.at(shard_of(entry.key)).insert(entry.key);
      ledger.by_model_[entry.model].insert(entry.key);
      ledger.entries_.insert_or_assign(entry.key, std::move(entry));
    }
  }
  return ledger;
}

const LedgerEntry* Ledger::find(const std::string& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second;
}

const LedgerEntry* Ledger::find_main(const registry::ModelId& model) const {
  for (const LedgerEntry* entry : find_all(model)) {
    if (entry->label().empty() && !entry->is_export()) return entry;
  }
  return nullptr;
}

std::vector<const LedgerEntry*> Ledger::find_all(const registry::ModelId& model) const {
  std::vector<const LedgerEntry*> found;
  const auto keys = by_model_.find(model);
  if (keys == by_model_.end()) return found;
  for (const std::string& key : keys->second) found.push_back(&entries_.at(key));
  return found;
}

Result<> Ledger::put(LedgerEntry entry) {
  const std::size_t shard = shard_of(entry.key);
  if (const auto before = entries_.find(entry.key); before != entries_.end())
    by_model_[before->second.model].erase(entry.key);
  shards_.at(shard).insert(entry.key);
  by_model_[entry.model].insert(entry.key);
  entries_.insert_or_assign(entry.key, std::move(entry));
  return save({shard});
}

Result<> Ledger::remove(const std::string& key) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return {};
  const auto model = by_model_.find(found->second.model);
  model->second.erase(key);
  if (model->second.empty()) by_model_.erase(model);
  entries_.erase(found);
  shards_.at(shard_of(key)).erase(key);
  return save({shard_of(key)});
}

Result<> Ledger::move(const std::string& from, LedgerEntry to) {
  if (from == to.key) return put(std::move(to));
  // The new place first: an entry too many is found out by looking at the disk, one too few is not.
  TRY(put(std::move(to)));
  return remove(from);
}

Result<> Ledger::remove_to_trash(const std::string& key) {
  if (const LedgerEntry* entry = find(key)) {
    TRY(metadata_->transact(
        [&](registry::Transaction& rows) { return rows.put_note(trash_note(entry->model), to_json(*entry)); }));
  }
  return remove(key);
}

Result<std::optional<LedgerEntry>> Ledger::find_trashed(const registry::ModelId& model) const {
  const auto note = TRY(metadata_->read_value<std::optional<std::string>>(
      [&](registry::Transaction& rows) { return rows.find_note(trash_note(model)); }));
  if (!note) return std::optional<LedgerEntry>{};
  auto entry = TRY(parse_ledger_entry(*note));
  return std::optional<LedgerEntry>{std::move(entry)};
}

Result<> Ledger::save(std::initializer_list<std::size_t> shards) {
  return metadata_->transact([&](registry::Transaction& rows) -> Result<> {
    for (const std::size_t shard : shards) {
      json::array array;
      for (const std::string& key : shards_.at(shard)) array.push_back(entry_json(entries_.at(key)));
      TRY(array.empty() ? rows.remove_note(note_of(shard)) : rows.put_note(note_of(shard), json::serialize(array)));
    }
    return {};
  });
}

std::string to_json(const LedgerEntry& entry) { return json::serialize(entry_json(entry)); }

Result<LedgerEntry> parse_ledger_entry(std::string_view text) {
  auto entries = TRY(read_note("ledger", "[" + std::string{text} + "]"));
  if (entries.size() != 1) return fail(ErrorCode::kInternal, "An entry of the ledger is one JSON object.");
  return std::move(entries.front());
}

}  // namespace weighhouse::library
