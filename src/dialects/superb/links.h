#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "http/message.h"
#include "services/caller.h"

namespace weighhouse::dialects::superb {

// Addresses of content files that carry their own permission: some clients send no credentials there. A link is for one
// file and one direction, ends after an hour, and acts for whoever asked for it. The key that signs links lives as long
// as this object: after a restart a client asks for a new link.
class Links {
 public:
  enum class Use : std::uint8_t { kUpload, kDownload };
  static constexpr std::chrono::hours kLifetime{1};

  explicit Links(const Clock& clock);

  // `file` is empty for a content that is one file.
  std::string make(const services::Caller& caller, std::string_view base_url, Use use, std::string_view content,
                   std::string_view file) const;
  // On whose behalf the request may act: by its link, or, without one, by what it showed at the door.
  Result<services::Caller> open(const http::Request& request, Use use) const;

 private:
  std::string sign(Use use, std::string_view content, std::string_view file, std::string_view until,
                   std::string_view by, std::string_view where) const;

  const Clock& clock_;
  std::array<std::byte, 32> key_{};
};

}  // namespace weighhouse::dialects::superb
