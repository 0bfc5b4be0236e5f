// A bundle is a tar: first "bundle.json", which says what is in it, then each blob once under "blobs/<hex>", so that
// `tar xf` and `sha256sum` are enough to check one by hand.
#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <map>
#include <set>

#include "base/id.h"
#include "base/json_fields.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/arguments.h"
#include "cli/commands/sharing_commands.h"
#include "cli/commands/tar.h"
#include "cli/context.h"
#include "cli/format.h"
#include "client/upload_all.h"

namespace weighhouse::cli {
namespace {

using client::Client;
using client::Object;
using registry::Reference;

constexpr std::string_view kList = "bundle.json";
constexpr std::string_view kBlobs = "blobs/";
constexpr std::size_t kListBytes = std::size_t{256} << 20U;
constexpr std::size_t kQueried = 10'000;

struct Piece {
  Reference version;
  std::string path;
  std::uint64_t size_bytes = 0;
};
using Pieces = std::map<Digest, Piece>;  // each blob once, with a file that has it

Result<Object> list_of(const Client& api, const std::vector<std::string>& references, Pieces& pieces) {
  boost::json::array versions;
  for (const auto& word : references) {
    const Object version = TRY(api.get_version(TRY(Reference::parse(word))));
    const Object model = TRY(api.get_model(TRY(Reference::parse(text_at(version, "reference"))).model));
    const auto reference = TRY(Reference::parse(text_at(version, "reference")));
    boost::json::array files;
    for (const auto& item : list_at(version, "files")) {
      const Object& file = as_object(item);
      if (flag_at(file, "derived")) continue;
      const auto digest = TRY(Digest::parse(text_at(file, "digest")));
      pieces.emplace(digest, Piece{reference, text_at(file, "path"), count_at(file, "size_bytes")});
      files.push_back(Object{{"path", text_at(file, "path")}, {"digest", digest.to_string()}});
    }
    Object entry{
        {"reference", text_at(version, "reference")}, {"kind", text_at(model, "kind")}, {"files", std::move(files)}};
    for (const auto* key : {"label", "notes", "remote_version"}) {
      if (const auto text = text_at(version, key); !text.empty()) entry[key] = text;
    }
    entry["metadata"] = object_at(version, "metadata");
    versions.push_back(std::move(entry));
  }
  return Object{{"bundle", 1}, {"created_at", SystemClock{}.now().to_string()}, {"versions", std::move(versions)}};
}

// What the other side said that it has: one digest a line.
Result<std::set<Digest>> read_digests(const std::optional<std::string>& path) {
  std::set<Digest> digests;
  if (!path) return digests;
  const auto text = TRY(read_file(*path));
  for (const auto line : split(text, '\n')) {
    if (!trim(line).empty()) digests.insert(TRY(Digest::parse(trim(line))));
  }
  return digests;
}

Result<> write_bundle(Context& context, const Client& api, const std::string& path, const Object& list,
                      const Pieces& pieces) {
  const std::string part = path + ".part";
  TRY(remove_file(part));
  auto file = TRY(open_file(part, OpenMode::kCreateNew));
  TarWriter tar{std::move(file), part};
  TRY(tar.add(kList, boost::json::serialize(list) + "\n"));
  std::uint64_t total = 0;
  for (const auto& [digest, piece] : pieces) total += piece.size_bytes;
  Progress progress{context.environment(), "bundling", Unit::kBytes, total, context.quiet() || context.wants_json()};
  for (const auto& [digest, piece] : pieces) {
    auto download = TRY(api.download_file(piece.version, piece.path, {}));
    TRY(tar.add(std::string{kBlobs} + digest.hex(), *download.body, piece.size_bytes));
    progress.add(static_cast<std::int64_t>(piece.size_bytes));
  }
  TRY(tar.finish());
  return rename_over(part, path);
}

Result<> create(Context& context, const Arguments& arguments) {
  const auto& path = arguments.get("FILE");
  if (path_exists(path) && !arguments.has("force")) {
    return fail(ErrorCode::kAlreadyExists, fmt::format("{} is there already; --force replaces it.", printable(path)));
  }
  const auto there = TRY(read_digests(arguments.find("have")));
  const auto api = TRY(context.connect());
  Pieces pieces;
  const Object list = TRY(list_of(api, arguments.list("REF"), pieces));
  std::erase_if(pieces, [&](const auto& piece) { return there.contains(piece.first); });
  TRY(write_bundle(context, api, path, list, pieces));
  const auto size = TRY(stat_path(path)).size_bytes;
  if (context.wants_json()) context.print_json(boost::json::value(list));
  context.say(fmt::format("{}: {} in {}.", printable(path, 4096),
                          format_plural(list_at(list, "versions").size(), "version", "versions"), format_size(size)));
  return {};
}

class TarPart final : public ByteSource {
 public:
  TarPart(const RandomAccess& archive, const TarEntry& entry)
      : archive_(archive), at_(entry.offset), end_(entry.offset + entry.size_bytes) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), end_ - at_));
    const auto got = TRY(archive_.read_at(at_, buffer.first(count)));
    at_ += got;
    return got;
  }
  std::optional<std::uint64_t> remaining() const override { return end_ - at_; }

 private:
  const RandomAccess& archive_;
  std::uint64_t at_;
  const std::uint64_t end_;
};

struct Opened {
  Object list;
  std::map<Digest, TarEntry> blobs;
};

Result<Opened> open_bundle(const RandomAccess& archive) {
  Opened opened;
  bool first = true;
  TRY(read_tar(archive, [&](const TarEntry& entry) -> Result<bool> {
    if (std::exchange(first, false)) {
      if (entry.name != kList || entry.size_bytes > kListBytes)
        return fail(ErrorCode::kInvalidArgument, "This archive is no bundle: it does not begin with \"bundle.json\".");
      const auto text = TRY(archive.read_exactly(entry.offset, static_cast<std::size_t>(entry.size_bytes)));
      boost::json::error_code error;
      auto value = boost::json::parse(text, error);
      if (error || !value.is_object()) return fail(ErrorCode::kInvalidArgument, "The list of this bundle is damaged.");
      opened.list = std::move(value.get_object());
    } else if (entry.name.starts_with(kBlobs)) {
      opened.blobs.emplace(TRY(Digest::parse_hex(entry.name.substr(kBlobs.size()))), entry);
    }
    return true;
  }));
  return opened;
}

// Those that the server still wants; all of them must be in the bundle.
Result<std::vector<Digest>> absent_of(const Client& api, const Object& list) {
  std::set<std::string> named;
  for (const auto& item : list_at(list, "versions")) {
    for (const auto& file : list_at(as_object(item), "files")) named.insert(text_at(as_object(file), "digest"));
  }
  std::vector<Digest> absent;
  const std::vector<std::string> all{named.begin(), named.end()};
  for (std::size_t at = 0; at < all.size(); at += kQueried) {
    boost::json::array some;
    for (std::size_t i = at; i < std::min(all.size(), at + kQueried); ++i) some.emplace_back(all[i]);
    const Object reply = TRY(api.query_blobs({{"digests", std::move(some)}}));
    for (const auto& item : list_at(reply, "absent"))
      if (item.is_string()) absent.push_back(TRY(Digest::parse(std::string_view{item.get_string()})));
  }
  return absent;
}

Result<> send_blobs(Context& context, const Client& api, const RandomAccess& archive, const Opened& opened) {
  const auto absent = TRY(absent_of(api, opened.list));
  std::uint64_t total = 0;
  for (const auto& digest : absent) {
    const auto found = opened.blobs.find(digest);
    if (found == opened.blobs.end()) {
      return fail(
          ErrorCode::kFailedPrecondition,
          fmt::format("The bundle lacks {}, and so does this side: it was made for somebody who has it. Make one "
                      "without --have.",
                      digest.to_string()));
    }
    total += found->second.size_bytes;
  }
  Progress progress{context.environment(), "taking in", Unit::kBytes, total, context.quiet() || context.wants_json()};
  for (const auto& digest : absent) {
    const auto& entry = opened.blobs.at(digest);
    TarPart bytes{archive, entry};
    TRY(api.put_blob(digest, bytes, entry.size_bytes));  // refused unless they have the digest
    progress.add(static_cast<std::int64_t>(entry.size_bytes));
  }
  return {};
}

bool is_there(const Client& api, const registry::ModelRef& model) {
  const auto known = api.get_model(model);
  return known && count_at(*known, "version_count") > 0;
}

// Whether the current version of the model holds exactly these files.
Result<bool> is_same(const Client& api, const registry::ModelRef& model, const Object& entry) {
  const Object current = TRY(api.get_version({model, std::nullopt}));
  const auto files_of = [](const Object& version) {
    std::set<std::pair<std::string, std::string>> files;
    for (const auto& item : list_at(version, "files")) {
      const Object& file = as_object(item);
      if (!flag_at(file, "derived")) files.emplace(text_at(file, "path"), text_at(file, "digest"));
    }
    return files;
  };
  return files_of(current) == files_of(entry);
}

Result<registry::ModelRef> free_name(const Client& api, const registry::ModelRef& model) {
  constexpr int kTries = 1000;
  for (int i = 2; i < kTries; ++i) {
    auto renamed = TRY(registry::ModelRef::parse(fmt::format("{}-{}", model.to_string(), i)));
    if (!is_there(api, renamed)) return renamed;
  }
  return fail(ErrorCode::kResourceExhausted, fmt::format("No free name is left for {}.", model.to_string()));
}

enum class OnConflict : std::uint8_t { kSkip, kRename, kAdd };

Result<std::string> publish_entry(const Client& api, const Object& entry, OnConflict on_conflict) {
  auto model = TRY(Reference::parse(text_at(entry, "reference"))).model;
  if (is_there(api, model)) {
    if (TRY(is_same(api, model, entry))) return fmt::format("{} is here already", model.to_string());
    if (on_conflict == OnConflict::kSkip)
      return fmt::format("{} is here with other files and was left alone", model.to_string());
    if (on_conflict == OnConflict::kRename) model = TRY(free_name(api, model));
  }
  Object version = entry;
  version.erase("reference");
  version["origin"] = Object{{"source", "bundle"}, {"parent", text_at(entry, "reference")}};
  const Object made = TRY(client::publish_patiently(api, model, version, new_ulid(SystemClock{}.now()), {}));
  return fmt::format("{} came in", text_at(made, "reference"));
}

Result<> import(Context& context, const Arguments& arguments) {
  const auto archive = TRY(FileAccess::open(arguments.get("FILE")));
  const auto opened = TRY(open_bundle(archive));
  const auto word = arguments.find("on-conflict").value_or("skip");
  const auto on_conflict = word == "add"      ? OnConflict::kAdd
                           : word == "rename" ? OnConflict::kRename
                                              : OnConflict::kSkip;
  const auto api = TRY(context.connect());
  TRY(send_blobs(context, api, archive, opened));
  boost::json::array told;
  for (const auto& item : list_at(opened.list, "versions")) {
    const auto what = TRY(publish_entry(api, as_object(item), on_conflict));
    context.say(what + ".");
    told.emplace_back(what);
  }
  if (context.wants_json()) context.print_json(boost::json::value(Object{{"versions", std::move(told)}}));
  return {};
}

Result<> have(Context& context, const Arguments& arguments) {
  const auto api = TRY(context.connect());
  Pieces pieces;
  TRY(list_of(api, arguments.list("REF"), pieces));
  std::string lines;
  for (const auto& [digest, piece] : pieces) lines += digest.to_string() + "\n";
  context.print_text(lines);
  return {};
}

}  // namespace

std::vector<Command> bundle_commands() {
  const Positional references{"REF", "versions; a bare name means its current one", Count::kSeveral, Completes::kModel};
  const Positional file{"FILE", "the bundle", Count::kOne, Completes::kFile};
  return {
      {"bundle create",
       "put versions into one file, for a place without a network",
       "  weigh bundle create models.bundle jarvis tickets@3\n"
       "  weigh bundle create update.bundle jarvis --have there.txt\n\n"
       "The file is a tar with a list and each blob under its digest. there.txt is what \"weigh bundle have\" said "
       "there.",
       {file, references},
       {{"--have", "FILE", "leave out what the other side has", false, {}, Completes::kFile},
        {"--force", "", "replace a file of that name"}},
       create},
      {"bundle import",
       "take in a bundle; every byte is checked against its digest",
       "  weigh bundle import models.bundle --on-conflict rename",
       {file},
       {{"--on-conflict",
         "HOW",
         "with a model that is here with other files: leave it, take the new one in under another "
         "name, or add it as the next version",
         false,
         {"skip", "rename", "add"}}},
       import},
      {"bundle have", "the digests of these versions, to tell the other side", "", {references}, {}, have},
  };
}

}  // namespace weighhouse::cli
