#include "services/contents.h"

#include "dialects/superb/shapes.h"

namespace weighhouse::dialects::superb {
namespace json = boost::json;

using http::Permission;

namespace {

// The SDK names a folder by this type.
constexpr std::string_view kFolderType = "FOLDER";

std::string link(const Call& call, Links::Use use, const std::string& content, const std::string& file = {}) {
  return call.links.make(call.caller, call.base_url, use, content, file);
}

Result<json::value> create_content(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  services::NewContent wanted{.key = arguments.text("key"), .content_type = arguments.text("contentType")};
  wanted.folder = wanted.content_type == kFolderType;
  if (wanted.folder) wanted.content_type.clear();
  const auto content = TRY(call.context.data.contents.create(call.caller, wanted));
  return json::object{{"content", to_json(call, content)},
                      {"uploadURL", link(call, Links::Use::kUpload, content.id.text)}};
}

Result<json::value> create_folder_content(const Call& call, const PlannedField&) {
  return to_json(call, TRY(call.context.data.contents.create(call.caller, {.folder = true})));
}

// The link to a file, of a content that is there and is one file, or a folder, as the question supposes.
Result<json::value> link_to(const Call& call, Links::Use use, const std::string& id, const std::string& file) {
  const auto view = TRY(call.context.data.contents.get(call.caller, id));
  if (view.content.folder == file.empty()) {
    return fail(ErrorCode::kFailedPrecondition,
                view.content.folder ? "The content " + id + " is a folder: ask with the name of a file in it."
                                    : "The content " + id + " is one file, not a folder with files in it.");
  }
  return json::value(link(call, use, view.content.id.text, file));
}

Result<json::value> file_upload_url(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  return link_to(call, Links::Use::kUpload, arguments.text("contentId"), arguments.text("fileName"));
}

Result<json::value> file_download_url(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  return link_to(call, Links::Use::kDownload, arguments.text("contentId"), arguments.text("fileName"));
}

Result<json::value> content_update_url(const Call& call, const PlannedField& asked) {
  return link_to(call, Links::Use::kUpload, Arguments{asked.arguments}.text("id"), "");
}

Result<json::value> content_download_url(const Call& call, const PlannedField& asked) {
  return link_to(call, Links::Use::kDownload, Arguments{asked.arguments}.text("id"), "");
}

Result<json::value> delete_content(const Call& call, const PlannedField& asked) {
  TRY(call.context.data.contents.remove(call.caller, Arguments{asked.arguments}.text("id")));
  return true;
}

constexpr Entry kEntries[] = {
    {"createContent", Permission::kWrite, create_content},
    {"createFolderContent", Permission::kWrite, create_folder_content},
    {"generateFileUploadURL", Permission::kWrite, file_upload_url},
    {"generateFileDownloadURL", Permission::kRead, file_download_url},
    {"generateContentUpdateURL", Permission::kWrite, content_update_url},
    {"generateContentDownloadURL", Permission::kRead, content_download_url},
    {"generateContentHeadURL", Permission::kRead, content_download_url},
    {"deleteContent", Permission::kWrite, delete_content},
};

}  // namespace

std::span<const Entry> content_entries() { return kEntries; }

}  // namespace weighhouse::dialects::superb
