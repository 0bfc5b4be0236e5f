#include "cli/commands/data_file.h"

#include <fmt/format.h>

#include "base/text.h"
#include "client/upload_all.h"

namespace weighhouse::cli {
namespace {

Result<std::string> format_of(const std::string& path) {
  const std::string folded = to_lower(path);
  for (const auto& [end, format] :
       {std::pair{".jsonl", "jsonl"}, {".ndjson", "jsonl"}, {".csv", "csv"}, {".tsv", "tsv"}}) {
    if (folded.ends_with(end)) return std::string{format};
  }
  return fail(
      ErrorCode::kInvalidArgument,
      fmt::format("\"{}\" does not say what it holds: name it .jsonl (one {{\"text\", \"label\"}} a line), .csv "
                  "or .tsv (columns text and label).",
                  printable(path)));
}

}  // namespace

void DataFile::add_to(client::Object& request) const {
  request["data"] = digest.to_string();
  request["format"] = format;
  request["data_name"] = name;
}

Result<SentFile> send_file(Context& context, const client::Client& api, const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  const auto blob = TRY(client::hash_file(path, name, {}));
  const auto absent = TRY(client::find_absent(api, {&blob, 1}));
  if (!absent.empty()) {
    Progress progress{context.environment(), "sending " + name, Unit::kBytes, blob.size_bytes,
                      context.quiet() || context.wants_json()};
    client::TransferOptions options;
    options.on_bytes = [&](std::int64_t bytes) { progress.add(bytes); };
    TRY(client::upload_all(api, absent, options));
  }
  return SentFile{blob.digest, name};
}

Result<DataFile> send_data(Context& context, const client::Client& api, const std::string& path) {
  const auto format = TRY(format_of(path));
  auto sent = TRY(send_file(context, api, path));
  return DataFile{sent.digest, format, std::move(sent.name)};
}

}  // namespace weighhouse::cli
