#include "formats/detail/pytorch.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "formats/detail/pickle_report.h"
#include "formats/detail/report_writer.h"
#include "formats/detail/torch_storage.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {

namespace {

constexpr std::uint64_t kLongestNote = 4096;  // of `version`, `byteorder` and the like
constexpr std::size_t kMostPickles = 64;

class Archive {
 public:
  Archive(const RandomAccess& file, const ZipArchive& archive, std::string_view folder, const InspectLimits& limits,
          Findings& findings, Report& report)
      : file_(file),
        folder_(folder),
        limits_(limits),
        findings_(findings),
        report_(report),
        budget_(limits.header_bytes) {
    for (const auto& entry : archive.entries) {
      entries_.try_emplace(entry.name, &entry);
      if (!entry.name.starts_with(folder)) {
        findings.malformed("torch-folder", "PyTorch keeps all entries under one folder; this one lies beside it.",
                           quoted(entry.name));
      }
    }
  }

  Result<> inspect() {
    TRY(read_notes());
    note_code();
    for (const auto& [name, entry] : entries_) {
      if (name.ends_with(".pkl") && name != path("data.pkl")) other_pickles_.push_back(entry);
    }
    std::ranges::sort(other_pickles_, {}, &ZipEntry::name);
    report_.level = Level::kDataOnly;
    TRY(read_weights());
    TRY(read_other_pickles());
    if (is_script() || is_code_) report_.level = Level::kCodeBearing;
    return {};
  }

 private:
  std::string path(std::string_view name) const { return std::string{folder_} + std::string{name}; }

  const ZipEntry* find(std::string_view name) const {
    const auto found = entries_.find(path(name));
    return found == entries_.end() ? nullptr : found->second;
  }

  bool is_script() const { return report_.format == Format::kTorchscript; }
  PickleDialect dialect() const { return is_script() ? PickleDialect::kTorchscript : PickleDialect::kPython; }

  Result<> read_notes() {
    for (const std::string_view name :
         {"version", ".data/version", "byteorder", ".format_version", ".storage_alignment"}) {
      const auto* const entry = find(name);
      if (entry == nullptr) continue;
      const auto text = TRY(read_entry(file_, *entry, kLongestNote, findings_));
      if (!text) continue;
      const auto value = trim(*text);
      report_.metadata.emplace_back(name, ReportWriter::shown(value, 100));
      if (name == "byteorder" && value != "little") {
        is_little_endian_ = false;
        findings_.note("byteorder", "The tensors are not stored in little-endian order.", quoted(entry->name));
      }
    }
    return {};
  }

  void note_code() {
    std::uint64_t files = 0;
    const std::string code = path("code/");
    for (const auto& [name, entry] : entries_) files += name.starts_with(code) && name.ends_with(".py") ? 1 : 0;
    const bool has_code = find("constants.pkl") != nullptr || find("bytecode.pkl") != nullptr || files > 0;
    report_.format = has_code ? Format::kTorchscript : Format::kPytorch;
    if (!has_code) return;
    code_files_ = files;
    findings_.add({Severity::kWarning, "torchscript-code",
                   "The archive holds TorchScript code; a loader that calls the model runs it.", quoted(code),
                   std::max<std::uint64_t>(files, 1)});
  }

  // All pickles together stay within the limit, however small they are packed.
  Result<std::optional<std::string>> read_pickle(const ZipEntry& entry) {
    auto bytes = TRY(read_entry(file_, entry, budget_, findings_));
    if (bytes) budget_ -= std::min<std::uint64_t>(budget_, bytes->size());
    return bytes;
  }

  // Runs one pickle for what loading would do. The bytes must outlive the answer.
  Pickle run(const ZipEntry& entry, std::string_view bytes, PickleEvents& events) {
    auto pickle = run_pickle(bytes, events);
    const auto where = quoted(entry.name);
    is_code_ |= report_events(events, dialect(), where, findings_);
    report_end(pickle, where, findings_);
    if (pickle.end == PickleEnd::kStopped && pickle.position < bytes.size()) {
      findings_.malformed("pickle-trailing", "Bytes follow the end of the pickle.", where);
    }
    return pickle;
  }

  Result<> read_weights() {
    const std::string family = is_script() ? "TorchScript" : "PyTorch";
    report_.summary = family + " archive";
    const auto* const entry = find("data.pkl");
    if (entry == nullptr) return {};
    const auto bytes = TRY(read_pickle(*entry));
    if (!bytes) {
      findings_.malformed("torch-data", "The archive's data.pkl could not be read.", quoted(entry->name));
      return {};
    }
    PickleEvents events;
    const auto pickle = run(*entry, *bytes, events);
    report_.metadata.emplace_back("pickle_protocol", std::to_string(events.protocol));
    if (pickle.end != PickleEnd::kStopped) return {};
    const auto object = find_tensors(pickle, events, limits_);
    std::unordered_set<std::string> used;
    const FindStorage find_storage = [&](std::string_view key) -> std::optional<StoragePlace> {
      const auto* const storage = find("data/" + std::string{key});
      if (storage == nullptr || !storage->is_readable) return std::nullopt;
      used.emplace(storage->name);
      return StoragePlace{storage->data_offset, storage->size_bytes, storage->is_stored() && is_little_endian_};
    };
    place_tensors(object, find_storage, findings_, report_);
    note_unused(used);
    for (const auto& [name, value] : object.values) report_.metadata.emplace_back(name, value);
    report_.summary = describe(object, family) + weights_in_words(report_);
    if (code_files_ > 0) report_.summary += ", " + counted(code_files_, "code file");
    return {};
  }

  void note_unused(const std::unordered_set<std::string>& used) {
    const std::string data = path("data/");
    std::uint64_t count = 0;
    for (const auto& [name, entry] : entries_)
      count += name.starts_with(data) && !used.contains(std::string{name}) ? 1 : 0;
    if (count == 0) return;
    findings_.add({Severity::kNote, "storage-unused", "The archive holds storages that no listed tensor uses.",
                   quoted(data), count});
  }

  Result<> read_other_pickles() {
    std::size_t read = 0;
    for (const auto* const entry : other_pickles_) {
      if (read++ == kMostPickles) {
        findings_.malformed("pickle-limit", "The archive holds more pickles than are looked into.");
        break;
      }
      const auto bytes = TRY(read_pickle(*entry));
      if (!bytes) continue;
      PickleEvents events;
      run(*entry, *bytes, events);
    }
    return {};
  }

  const RandomAccess& file_;
  std::string_view folder_;
  const InspectLimits& limits_;
  Findings& findings_;
  Report& report_;
  std::unordered_map<std::string_view, const ZipEntry*> entries_;
  std::vector<const ZipEntry*> other_pickles_;
  std::uint64_t budget_;
  std::uint64_t code_files_ = 0;
  bool is_little_endian_ = true;
  bool is_code_ = false;
};

}  // namespace

std::optional<std::string> find_torch_folder(const ZipArchive& archive) {
  if (archive.entries.empty()) return std::nullopt;
  const auto& first = archive.entries.front().name;
  const std::string folder = first.substr(0, first.find('/') + 1);
  if (archive.find(folder + "data.pkl") != nullptr) return folder;
  for (const auto& entry : archive.entries) {
    if (entry.name == "data.pkl" || entry.name.ends_with("/data.pkl"))
      return entry.name.substr(0, entry.name.rfind('/') + 1);
  }
  return std::nullopt;
}

Result<> inspect_pytorch(const RandomAccess& file, const ZipArchive& archive, std::string_view folder,
                         const InspectLimits& limits, Findings& findings, Report& report) {
  return Archive{file, archive, folder, limits, findings, report}.inspect();
}

std::string describe(const TorchObject& object, std::string_view family) {
  const std::string name{family};
  switch (object.kind) {
    case TorchKind::kTensor:
      return name + " tensor";
    case TorchKind::kStateDict:
      return name + " state_dict";
    case TorchKind::kCheckpoint:
      return name + (object.tensors.empty() ? " dict" : " checkpoint");
    case TorchKind::kModule:
      return name + " object " + quoted(object.class_name, 200);
    case TorchKind::kOther:
      break;
  }
  return name + " object";
}

std::string weights_in_words(const Report& report) {
  if (report.tensors.empty()) return {};
  return ", " + counted(report.tensors.size(), "tensor") + ", " + format_count(report.parameters) +
         (report.parameters == 1 ? " parameter" : " parameters");
}

}  // namespace weighhouse::formats::detail
