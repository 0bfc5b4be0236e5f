#include "services/downloads.h"

#include "base/text.h"
#include "services/files.h"
#include "services/metadata.h"
#include "services/shelf.h"

namespace weighhouse::services {

using registry::Blob;
using registry::File;
using registry::ModelRef;
using registry::Transaction;

namespace {

struct Wanted {
  registry::Model model;
  std::vector<File> files;  // of the version
  std::vector<File> derived;
};

Result<Wanted> files_of(registry::MetadataStore& metadata, const Caller& caller, const ModelRef& ref,
                        const std::optional<registry::VersionRef>& version) {
  return metadata.read_value<Wanted>([&](Transaction& rows) -> Result<Wanted> {
    auto found = TRY(find_version(rows, caller, ref, version));
    Wanted wanted{found.model, {}, {}};
    wanted.files = TRY(rows.list_files(found.model.id, found.version.number));
    for (auto& one : TRY(rows.list_derived_files(found.model.id, found.version.number)))
      wanted.derived.push_back(std::move(one.file));
    return wanted;
  });
}

}  // namespace

Result<Blob> Downloads::checked_blob(const Digest& digest, std::string_view name) {
  return sound_blob({metadata_, blobs_, clock_}, digest, name);
}

Result<Handed> Downloads::find_file(const Caller& caller, const ModelRef& ref,
                                    const std::optional<registry::VersionRef>& version, std::string_view path) {
  const auto wanted = TRY(files_of(metadata_, caller, ref, version));
  for (const auto* group : {&wanted.files, &wanted.derived}) {
    for (const File& file : *group) {
      if (file.path.text() != path && delivered_path(wanted.model.name, wanted.files, file) != path) continue;
      auto blob = TRY(checked_blob(file.digest, path));
      return Handed{file, std::move(blob)};
    }
  }
  return fail(ErrorCode::kNotFound,
              "\"" + wanted.model.reference() + "\" has no file \"" + printable(path) + "\" in that version.");
}

Result<Handed> Downloads::find_weights(const Caller& caller, const ModelRef& ref) {
  const auto wanted = TRY(files_of(metadata_, caller, ref, std::nullopt));
  const File* weights = weights_of(wanted.files);
  check(weights != nullptr, "a version has files");
  auto blob = TRY(checked_blob(weights->digest, weights->path.text()));
  File named = *weights;
  named.path = TRY(registry::FilePath::parse(delivered_path(wanted.model.name, wanted.files, *weights)));
  return Handed{std::move(named), std::move(blob)};
}

Result<Handed> Downloads::find_blob(const Caller& caller, const Digest& digest) {
  TRY(metadata_.read([&](Transaction& rows) -> Result<> {
    const auto absent =
        TRY(rows.absent({&digest, 1}, caller.identity.name, caller.identity.namespace_pattern, clock_.now()));
    if (absent.empty()) return {};
    return fail(ErrorCode::kNotFound, "There is no blob " + digest.to_string() + " here that you may read.");
  }));
  auto blob = TRY(checked_blob(digest, digest.to_string()));
  auto path = TRY(registry::FilePath::parse(digest.hex()));
  return Handed{File{std::move(path), digest, blob.size_bytes, blob.format}, std::move(blob)};
}

Result<std::vector<Member>> Downloads::members(const VersionView& view) const {
  std::vector<Member> members;
  const auto add = [&](const File& file) {
    members.push_back({delivered_path(view.model.name, view.files, file), file});
  };
  const File* weights = weights_of(view.files);
  if (weights != nullptr) add(*weights);
  members.push_back({metadata_path(view), render_metadata(view)});
  for (const File& file : view.files) {
    if (&file != weights) add(file);
  }
  for (const auto& derived : view.derived) {
    const std::string path = delivered_path(view.model.name, view.files, derived.file);
    const bool taken =
        std::any_of(members.begin(), members.end(), [&](const Member& member) { return member.path == path; });
    if (!taken) members.push_back({path, derived.file});
  }
  return members;
}

Result<std::unique_ptr<ByteSource>> Downloads::open(const Handed& handed, ByteRange range) const {
  return blobs_.open(handed.file.digest, range);
}

std::string metadata_path(const VersionView& view) {
  const std::string usual = view.model.name.text() + ".json";
  for (const File& file : view.files) {
    if (equal_ignoring_case(file.path.text(), usual)) return "weighhouse.json";
  }
  return usual;
}

std::string render_metadata(const VersionView& view) { return format_metadata(view.version.metadata); }

}  // namespace weighhouse::services
