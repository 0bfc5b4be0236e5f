#pragma once

#include <string>

#include "cli/context.h"
#include "client/upload.h"

namespace weighhouse::cli {

// A file of this disk that the server has under its digest.
struct SentFile {
  Digest digest;
  std::string name;
};
// Sends what the server lacks of it.
Result<SentFile> send_file(Context& context, const client::Client& api, const std::string& path);

// A file of examples on its way to the server: JSON Lines, CSV or TSV, by the end of its name.
struct DataFile {
  Digest digest;
  std::string format;
  std::string name;

  // "data", "format" and "data_name" of a request.
  void add_to(client::Object& request) const;
};

// Sends what the server lacks of it. kInvalidArgument for a file whose name says no known format.
Result<DataFile> send_data(Context& context, const client::Client& api, const std::string& path);

}  // namespace weighhouse::cli
