#include "services/detail/exported_file.h"

#include <boost/json.hpp>

#include "services/files.h"

namespace weighhouse::services {

Result<std::string> add_exported_file(registry::Transaction& rows, const Caller& caller, Timestamp now,
                                      const ExportedFile& file, boost::json::object told) {
  const auto blob = TRY(rows.find_blob(file.digest));
  check(blob.has_value(), "what was just taken in has a row");
  const auto& [model, version] = file.of;
  TRY(rows.put_derived_file(
      model.id, version.number,
      {.file = {file.path, file.digest, blob->size_bytes, blob->format, guess_role(file.path, blob->format)},
       .made_by = std::string{file.made_by},
       .created_at = now}));
  TRY(rows.drop_leases({&file.digest, 1}, caller.identity.name));
  TRY(record(rows, caller, now,
             {.action = "version.exported", .model = &model, .version = version.number, .subject = file.path.text()}));
  told["digest"] = file.digest.to_string();
  told["size_bytes"] = blob->size_bytes;
  return boost::json::serialize(told);
}

bool is_export_refusal(const Error& error) {
  return error.code == ErrorCode::kFailedPrecondition && error.details.empty();
}

}  // namespace weighhouse::services
