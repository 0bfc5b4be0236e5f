#include "client/sounds.h"

#include <fmt/format.h>

#include "base/text.h"
#include "client/fetch_bytes.h"

namespace weighhouse::client {

Result<Download> download_evaluation_sound(const Client& api, std::string_view evaluation, std::size_t file,
                                           std::string_view name) {
  return fetch_bytes(
      api.transport(),
      fmt::format("/api/evaluations/{}/sounds/{}/{}", encode_percent(evaluation), file, encode_percent(name)), {});
}

}  // namespace weighhouse::client
