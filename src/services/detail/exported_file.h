#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "services/caller.h"

namespace weighhouse::services {

// The file that an export made, already a blob with the caller's lease.
struct ExportedFile {
  Found of;
  registry::FilePath path;
  Digest digest;
  std::string_view made_by;  // the job's kind
};

// Puts it beside its version and writes the event, in the transaction that ends the job. Gives the job's result:
// `told` with the digest and the size.
Result<std::string> add_exported_file(registry::Transaction& rows, const Caller& caller, Timestamp now,
                                      const ExportedFile& file, boost::json::object told);

// The process says so of what cannot be exported at all; whatever else goes wrong has another code or a reason.
bool is_export_refusal(const Error& error);

}  // namespace weighhouse::services
