#include "services/shared_tensors.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "base/text.h"
#include "formats/inspect.h"
#include "formats/tensor_hash.h"

namespace weighhouse::services {
namespace json = boost::json;

namespace {

// Every hole between runs is a request of its own: smaller runs are not worth one.
constexpr std::uint64_t kLeastRunBytes = std::uint64_t{64} << 10U;
constexpr std::size_t kKnownFiles = 32;
constexpr std::size_t kMostParts = 20'000;

// In order, and no byte in two of them.
void keep_apart(std::vector<FilePart>& parts) {
  std::sort(parts.begin(), parts.end(), [](const FilePart& a, const FilePart& b) { return a.offset < b.offset; });
  std::uint64_t end = 0;
  std::erase_if(parts, [&](const FilePart& part) {
    if (part.size_bytes == 0 || part.offset < end || part.offset > UINT64_MAX - part.size_bytes) return true;
    end = part.offset + part.size_bytes;
    return false;
  });
}

// Appends to the last run what follows it in both files.
void add_run(std::vector<LocalRun>& runs, const LocalRun& run) {
  if (!runs.empty()) {
    auto& last = runs.back();
    const bool goes_on = last.end() == run.offset && last.blob == run.blob;
    if (goes_on && last.blob_offset + last.size_bytes == run.blob_offset) {
      last.size_bytes += run.size_bytes;
      return;
    }
  }
  runs.push_back(run);
}

}  // namespace

Result<SharedTensors::Parts> SharedTensors::parts_of(const Digest& blob) const {
  {
    auto known = known_.lock();
    for (const auto& [digest, parts] : *known) {
      if (digest == blob) return parts;
    }
  }
  const auto bytes = TRY(blobs_.access(blob));
  const auto report = TRY(formats::inspect(*bytes, "tensors"));
  auto parts = std::make_shared<std::vector<FilePart>>();
  if (report.tensors.size() <= kMostParts) {
    std::map<std::string_view, const formats::Tensor*> by_name;
    for (const auto& tensor : report.tensors) by_name.emplace(tensor.name, &tensor);
    for (auto& one : TRY(formats::hash_tensors(*bytes, report))) {
      const auto& extent = by_name.at(one.name)->extent;
      if (extent && extent->length == one.size_bytes)
        parts->push_back({extent->offset, extent->length, std::move(one.hash)});
    }
    keep_apart(*parts);
  }
  auto known = known_.lock();
  if (known->size() == kKnownFiles) known->pop_front();
  known->emplace_back(blob, parts);
  return Parts{std::move(parts)};
}

std::vector<LocalRun> SharedTensors::find(std::span<const FilePart> parts, std::span<const Digest> similar) const {
  std::map<std::pair<std::string_view, std::uint64_t>, std::pair<Digest, std::uint64_t>> places;
  std::vector<Parts> held;  // what the names in `places` point into
  for (const auto& blob : similar) {
    const auto found = parts_of(blob);
    if (!found) continue;
    held.push_back(*found);
    for (const auto& part : **found)
      places.emplace(std::pair{std::string_view{part.hash}, part.size_bytes}, std::pair{blob, part.offset});
  }
  std::vector<LocalRun> runs;
  for (const auto& part : parts) {
    const auto place = places.find({part.hash, part.size_bytes});
    if (place != places.end()) add_run(runs, {part.offset, part.size_bytes, place->second.first, place->second.second});
  }
  std::erase_if(runs, [](const LocalRun& run) { return run.size_bytes < kLeastRunBytes; });
  return runs;
}

Result<std::unique_ptr<ByteSource>> SharedTensors::open(const LocalRun& run, std::uint64_t from,
                                                        std::uint64_t to) const {
  return blobs_.open(run.blob, {run.blob_offset + (from - run.offset), to - from});
}

std::string format_parts(std::span<const FilePart> parts) {
  json::array listed;
  for (const auto& part : parts) listed.push_back(json::array{part.offset, part.size_bytes, part.hash});
  return json::serialize(json::object{{"parts", std::move(listed)}}) + "\n";
}

Result<std::vector<FilePart>> parse_parts(std::string_view text) {
  std::vector<FilePart> parts;
  try {
    const auto root = json::parse(text);
    for (const auto& one : root.as_object().at("parts").as_array()) {
      const auto& part = one.as_array();
      if (part.size() != 3 || parts.size() == kMostParts) continue;
      parts.push_back({part[0].to_number<std::uint64_t>(), part[1].to_number<std::uint64_t>(),
                       json::value_to<std::string>(part[2])});
    }
  } catch (const std::exception&) {
    return fail(ErrorCode::kInvalidArgument,
                "The list of a file's parts is none; it begins with \"" + printable(text.substr(0, 40)) + "\".");
  }
  keep_apart(parts);
  return parts;
}

}  // namespace weighhouse::services
