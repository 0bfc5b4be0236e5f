#include "formats/detail/torch_legacy.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "formats/detail/element_type.h"
#include "formats/detail/little_endian.h"
#include "formats/detail/pickle_report.h"
#include "formats/detail/pytorch.h"
#include "formats/detail/torch_storage.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {

namespace {

// 0x1950a86a20f9469cfc6c, lowest byte first.
constexpr std::string_view kMagic{"\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19", 10};
constexpr std::int64_t kProtocol = 1001;

using Places = std::unordered_map<std::string_view, StoragePlace>;

// Element sizes by storage key: the storages themselves say only how many elements they have.
std::unordered_map<std::string_view, unsigned> storage_bits(const ReadPickle& object) {
  std::unordered_map<std::string_view, unsigned> bits;
  for (ValueId id = 0; id < object.pickle.values.size(); ++id) {
    const auto storage = parse_storage(object.pickle.values, object.events, id);
    if (!storage) continue;
    const auto known = storage->type.empty() ? 8 : element_bits(storage->type);
    if (known) bits.try_emplace(storage->key, *known);
  }
  return bits;
}

// Jumps from storage to storage; only their lengths are read.
Result<Places> find_storages(const RandomAccess& file, std::uint64_t position, const Pickle& keys,
                             const std::unordered_map<std::string_view, unsigned>& bits, bool little_endian,
                             Findings& findings) {
  Places places;
  for (const auto id : keys.values.items(keys.result)) {
    const auto key = keys.values[id].text;
    const auto known = bits.find(key);
    if (known == bits.end()) {
      findings.malformed("storage-unknown",
                         "The file lists a storage that no tensor describes, so its size is not known.", quoted(key));
      return places;
    }
    if (file.size_bytes() - position < sizeof(std::uint64_t)) {
      findings.malformed("storage-missing", "The file ends before the storage.", quoted(key));
      return places;
    }
    const auto length = TRY(file.read_exactly(position, sizeof(std::uint64_t)));
    const auto bytes = packed_bytes(load_little_endian<std::uint64_t>(length), known->second);
    position += sizeof(std::uint64_t);
    if (!bytes || *bytes > file.size_bytes() - position) {
      findings.malformed("storage-missing", "The file ends within the storage.", quoted(key));
      return places;
    }
    places.try_emplace(key, StoragePlace{position, *bytes, little_endian});
    position += *bytes;
  }
  if (position < file.size_bytes()) {
    findings.malformed("pickle-trailing", counted(file.size_bytes() - position, "byte") + " follow the last storage.");
  }
  return places;
}

bool is_little_endian(const Pickle& facts) {
  const auto items = facts.values.items(facts.result);
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    if (facts.values[items[i]].text == "little_endian") return facts.values[items[i + 1]].number != 0;
  }
  return true;
}

}  // namespace

bool is_legacy_magic(const Pickle& pickle) {
  const Value& value = pickle.values[pickle.result];
  return pickle.end == PickleEnd::kStopped && value.kind == ValueKind::kLargeInt && value.text == kMagic;
}

Result<> inspect_legacy(const RandomAccess& file, PickleFile& pickles, const InspectLimits& limits, Findings& findings,
                        Report& report) {
  report.summary = "PyTorch file from before 1.6";
  std::vector<ReadPickle> parts;
  for (const std::string_view part : {"protocol", "facts", "object", "storages"}) {
    parts.push_back(TRY(pickles.next()));
    if (parts.back().pickle.end != PickleEnd::kStopped) {
      report_end(parts.back().pickle, std::string{part}, findings);
      return {};
    }
  }
  const Pickle& protocol = parts[0].pickle;
  const Pickle& facts = parts[1].pickle;
  const ReadPickle& object = parts[2];
  const Pickle& keys = parts[3].pickle;
  if (protocol.values[protocol.result].number != kProtocol) {
    findings.malformed("torch-protocol", "The file does not have the one protocol number that PyTorch ever wrote.");
  }
  const bool little_endian = is_little_endian(facts);
  if (!little_endian) findings.note("byteorder", "The tensors are not stored in little-endian order.");
  const auto places = TRY(find_storages(file, pickles.position(), keys, storage_bits(object), little_endian, findings));
  const auto found = find_tensors(object.pickle, object.events, limits);
  const FindStorage find_storage = [&](std::string_view key) -> std::optional<StoragePlace> {
    const auto place = places.find(key);
    return place == places.end() ? std::nullopt : std::optional{place->second};
  };
  place_tensors(found, find_storage, findings, report);
  report.metadata.emplace_back("pickle_protocol", std::to_string(object.events.protocol));
  for (const auto& [name, value] : found.values) report.metadata.emplace_back(name, value);
  report.summary = describe(found, "PyTorch") + " from before 1.6" + weights_in_words(report);
  return {};
}

}  // namespace weighhouse::formats::detail
