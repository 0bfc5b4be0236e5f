#include "services/contents.h"

#include <boost/json.hpp>

#include "base/id.h"
#include "base/text.h"
#include "services/media_types.h"
#include "services/texts.h"

namespace weighhouse::services {

using registry::Content;
using registry::ContentFile;
using registry::ContentId;
using registry::Page;
using registry::Transaction;

namespace {

constexpr std::size_t kMostFiles = 1'000;

Result<> record_content(Transaction& rows, const Caller& caller, Timestamp now, std::string action,
                        const Content& content, boost::json::object details = {}) {
  if (!content.key.empty()) details["key"] = content.key;
  return record(rows, caller, now,
                {.action = std::move(action), .subject = content.id.text, .details = boost::json::serialize(details)});
}

// In a folder every file has a name; what is one file has none.
Result<> require_name(const Content& content, std::string_view name) {
  if (content.folder && !name.empty()) {
    TRY(registry::FilePath::parse(name));
    return {};
  }
  if (!content.folder && name.empty()) return {};
  return fail(ErrorCode::kInvalidArgument,
              content.folder ? "The content " + content.id.text + " is a folder. Say which file of it is meant."
                             : "The content " + content.id.text + " is one file, not a folder with \"" +
                                   printable(name, 100) + "\" in it.");
}

}  // namespace

Result<Content> visible_content(Transaction& rows, const Caller& caller, std::string_view word) {
  const bool sees_all = caller.identity.namespace_pattern == "*";
  auto found = TRY(rows.find_content({std::string{word}}));
  if (found && (sees_all || found->created_by == caller.identity.name)) return *std::move(found);
  found = TRY(rows.find_content_keyed(word, sees_all ? std::nullopt : std::optional{caller.identity.name}));
  if (found) return *std::move(found);
  return fail(ErrorCode::kNotFound, "There is no content with the id or key \"" + printable(word, 60) + "\".",
              {{"content", std::string{word}}});
}

Result<Content> Contents::create(const Caller& caller, const NewContent& wanted) {
  TRY(require_line("key of the content", wanted.key, 1'000));
  TRY(require_line("content type", wanted.content_type, 200));
  const Timestamp now = shelf_.clock.now();
  const Content content{.id = {new_ulid(now)},
                        .key = wanted.key,
                        .content_type = wanted.content_type,
                        .folder = wanted.folder,
                        .created_at = now,
                        .created_by = caller.identity.name};
  TRY(shelf_.metadata.transact([&](Transaction& rows) -> Result<> {
    TRY(rows.add_content(content));
    return record_content(rows, caller, now, "content.created", content);
  }));
  return content;
}

Result<ContentView> Contents::get(const Caller& caller, std::string_view word) const {
  return shelf_.metadata.read_value<ContentView>([&](Transaction& rows) -> Result<ContentView> {
    auto content = TRY(visible_content(rows, caller, word));
    auto files = TRY(rows.list_content_files(content.id));
    return ContentView{std::move(content), std::move(files)};
  });
}

Result<Page<Content>> Contents::list(const Caller& caller, std::size_t length, std::string_view cursor) const {
  if (caller.identity.namespace_pattern != "*") {
    return fail(ErrorCode::kPermissionDenied,
                "The list of all contents is for those who may see every namespace. Ask for one by its id.");
  }
  return shelf_.metadata.read_value<Page<Content>>(
      [&](Transaction& rows) { return rows.list_contents(length, cursor); });
}

Result<ContentView> Contents::put_file(const Caller& caller, std::string_view word, std::string_view name,
                                       const Digest& digest, std::string_view content_type) {
  TRY(require_line("content type", content_type, 200));
  const Timestamp now = shelf_.clock.now();
  return shelf_.metadata.transact_value<ContentView>([&](Transaction& rows) -> Result<ContentView> {
    const auto content = TRY(visible_content(rows, caller, word));
    TRY(require_name(content, name));
    const auto absent = TRY(rows.absent({&digest, 1}, caller.identity.name, caller.identity.namespace_pattern, now));
    const auto blob = TRY(rows.find_blob(digest));
    if (!absent.empty() || !blob) {
      return fail(ErrorCode::kFailedPrecondition,
                  "The bytes of " + digest.to_string() + " are not here yet. Upload them, then name them again.",
                  {{"absent", std::vector<std::string>{digest.to_string()}}});
    }
    std::string type{content_type};
    if (type.empty()) type = content.folder ? media_type_of(name) : content.content_type;
    TRY(rows.put_content_file(content.id, {.name = std::string{name},
                                           .digest = digest,
                                           .size_bytes = blob->size_bytes,
                                           .content_type = std::move(type),
                                           .created_at = now}));
    auto files = TRY(rows.list_content_files(content.id));
    if (files.size() > kMostFiles) {
      return fail(ErrorCode::kResourceExhausted,
                  "The content " + content.id.text + " has 1000 files already. Make another one.");
    }
    TRY(rows.drop_leases({&digest, 1}, caller.identity.name));
    TRY(record_content(rows, caller, now, "content.filled", content,
                       {{"file", name}, {"digest", digest.to_string()}, {"size_bytes", blob->size_bytes}}));
    return ContentView{content, std::move(files)};
  });
}

Result<Handed> Contents::find_file(const Caller& caller, std::string_view word, std::string_view name) const {
  const auto file = TRY(shelf_.metadata.read_value<ContentFile>([&](Transaction& rows) -> Result<ContentFile> {
    const auto content = TRY(visible_content(rows, caller, word));
    TRY(require_name(content, name));
    auto found = TRY(rows.find_content_file(content.id, name));
    if (found) return *std::move(found);
    return fail(ErrorCode::kNotFound,
                content.folder
                    ? "There is no file \"" + printable(name, 100) + "\" in the content " + content.id.text + "."
                    : "Nobody uploaded the bytes of the content " + content.id.text + " yet.");
  }));
  const std::string shown = name.empty() ? std::string{word} : std::string{name};
  const auto blob = TRY(sound_blob(shelf_, file.digest, shown));
  const auto path = TRY(registry::FilePath::parse(shown));
  return Handed{{.path = path, .digest = blob.digest, .size_bytes = blob.size_bytes, .format = blob.format}, blob};
}

Result<> Contents::remove(const Caller& caller, std::string_view word) {
  const Timestamp now = shelf_.clock.now();
  return shelf_.metadata.transact([&](Transaction& rows) -> Result<> {
    const auto content = TRY(visible_content(rows, caller, word));
    TRY(rows.remove_content(content.id));
    return record_content(rows, caller, now, "content.removed", content);
  });
}

}  // namespace weighhouse::services
