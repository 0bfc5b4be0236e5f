#include "services/differ.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "formats/inspect.h"
#include "services/catalog.h"
#include "services/files.h"
#include "services/metadata.h"

namespace weighhouse::services {
namespace json = boost::json;

using registry::File;
using registry::Reference;
using registry::Role;
using registry::Transaction;

namespace {

struct Side {
  registry::Model model;
  registry::Version version;
  std::vector<File> files;
  std::map<std::string, double> metrics;
  std::string reference() const { return model.reference(version.number); }
};

Result<Side> load(registry::MetadataStore& metadata, const Caller& caller, const Reference& reference) {
  const auto view = TRY(Catalog(metadata, SystemClock{}).get_version(caller, reference.model, reference.version));
  Side side{view.model, view.version, view.files, view.metrics};
  for (const auto& derived : view.derived) side.files.push_back(derived.file);
  return side;
}

const File* only_one(const Side& side, Role role) {
  const File* found = nullptr;
  for (const File& file : side.files) {
    if (file.role != role) continue;
    if (found != nullptr) return nullptr;
    found = &file;
  }
  return found;
}

// Under which name a file meets its counterpart. Where each side has one file of a role, those two belong together,
// whatever they are called; all others meet under the name they are handed out under, so that what lies in
// `jarvis_v1` meets what lies in `jarvis`. No path begins with a slash, so a role is never taken for one.
std::string meeting_name(const Side& side, const Side& other, const File& file) {
  for (const Role role : {Role::kWeights, Role::kGraph, Role::kConfig}) {
    if (file.role == role && only_one(side, role) != nullptr && only_one(other, role) != nullptr)
      return "/" + std::string{to_string(role)};
  }
  const std::string name = delivered_path(side.model.name, side.files, file);
  const std::string stem = side.model.name.text();
  return name.starts_with(stem + ".") ? "model" + name.substr(stem.size()) : name;
}

std::map<std::string, File> by_name(const Side& side, const Side& other) {
  std::map<std::string, File> files;
  for (const File& file : side.files) files.emplace(meeting_name(side, other, file), file);
  return files;
}

std::vector<FileChange> compare_files(const Side& from, const Side& to) {
  const auto before = by_name(from, to);
  const auto after = by_name(to, from);
  std::vector<FileChange> changes;
  for (const auto& [name, file] : after) {
    const auto old = before.find(name);
    if (old == before.end()) {
      changes.push_back({file.path.text(), Change::kAdded, std::nullopt, file});
    } else {
      changes.push_back(
          {file.path.text(), old->second.digest == file.digest ? Change::kSame : Change::kChanged, old->second, file});
    }
  }
  for (const auto& [name, file] : before) {
    if (!after.contains(name)) changes.push_back({file.path.text(), Change::kGone, file, std::nullopt});
  }
  return changes;
}

void flatten(const json::value& value, const std::string& path, std::map<std::string, std::string>& out) {
  if (value.is_object()) {
    for (const auto& [key, item] : value.get_object())
      flatten(item, path.empty() ? std::string{key} : path + "." + std::string{key}, out);
  } else {
    out[path] = json::serialize(value);
  }
}

std::map<std::string, std::string> flat(std::string_view text) {
  std::map<std::string, std::string> paths;
  json::error_code error;
  const auto value = json::parse(text, error);
  if (!error && value.is_object()) flatten(value, {}, paths);
  return paths;
}

std::vector<ValueChange> compare_metadata(const Side& from, const Side& to) {
  const auto before = flat(from.version.metadata);
  const auto after = flat(to.version.metadata);
  std::vector<ValueChange> changes;
  for (const auto& [path, value] : after) {
    const auto old = before.find(path);
    if (old == before.end() || old->second != value)
      changes.push_back({path, old == before.end() ? "" : old->second, value});
  }
  for (const auto& [path, value] : before) {
    if (!after.contains(path)) changes.push_back({path, value, ""});
  }
  std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return changes;
}

std::vector<MetricChange> compare_metrics(const Side& from, const Side& to) {
  std::set<std::string> names;
  for (const auto* side : {&from, &to}) {
    for (const auto& [name, value] : side->metrics) names.insert(name);
  }
  const auto value_of = [](const Side& side, const std::string& name) {
    const auto found = side.metrics.find(name);
    return found == side.metrics.end() ? std::nullopt : std::optional{found->second};
  };
  std::vector<MetricChange> changes;
  for (const auto& name : names) changes.push_back({name, value_of(from, name), value_of(to, name)});
  return changes;
}

Result<> compare_labels(const Side& from, const Side& to, Difference& difference) {
  const auto before = TRY(read_metadata(from.version.metadata)).labels;
  const auto after = TRY(read_metadata(to.version.metadata)).labels;
  const auto missing_in = [](const std::vector<std::string>& all, const std::vector<std::string>& in) {
    std::vector<std::string> missing;
    for (const auto& label : all) {
      if (std::find(in.begin(), in.end(), label) == in.end()) missing.push_back(label);
    }
    return missing;
  };
  difference.labels_added = missing_in(after, before);
  difference.labels_gone = missing_in(before, after);
  return {};
}

}  // namespace

std::string_view to_string(Change change) {
  switch (change) {
    case Change::kSame:
      return "same";
    case Change::kChanged:
      return "changed";
    case Change::kAdded:
      return "added";
    case Change::kGone:
      return "gone";
  }
  return "same";
}

Result<Difference> Differ::compare(const Caller& caller, const Reference& from_reference, const Reference& to_reference,
                                   formats::Norms norms) const {
  const Side from = TRY(load(metadata_, caller, from_reference));
  const Side to = TRY(load(metadata_, caller, to_reference));
  Difference difference{.from = from.reference(), .to = to.reference()};
  difference.files = compare_files(from, to);
  difference.metadata = compare_metadata(from, to);
  difference.metrics = compare_metrics(from, to);
  TRY(compare_labels(from, to, difference));

  const MemoryAccess nothing{{}};
  const formats::Report empty;
  for (const auto& change : difference.files) {
    if (change.change == Change::kSame) difference.shared_bytes += change.to->size_bytes;
    const auto before = change.from ? TRY(blobs_.access(change.from->digest)) : nullptr;
    const auto after = change.to ? TRY(blobs_.access(change.to->digest)) : nullptr;
    const auto before_report = before ? TRY(formats::inspect(*before, change.path)) : empty;
    const auto after_report = after ? TRY(formats::inspect(*after, change.path)) : empty;
    // The same bytes hold the same tensors: no need to read them to say so.
    const auto how = change.change == Change::kSame ? formats::Norms::kSkip : norms;
    auto tensors =
        TRY(formats::compare_tensors(before ? *before : static_cast<const RandomAccess&>(nothing), before_report,
                                     after ? *after : static_cast<const RandomAccess&>(nothing), after_report, how));
    for (auto& tensor : tensors) difference.tensors.emplace_back(change.path, std::move(tensor));
  }
  return difference;
}

}  // namespace weighhouse::services
