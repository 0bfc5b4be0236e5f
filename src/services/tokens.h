#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"

namespace weighhouse::services {

// Makes and checks bearer tokens.
class Tokens {
 public:
  Tokens(registry::MetadataStore& metadata, const Clock& clock) : metadata_(metadata), clock_(clock) {}

  struct Made {
    auth::Token token;
    std::string secret;  // told once
  };
  Result<Made> create(const Caller& caller, auth::Token token);
  Result<std::vector<auth::Token>> list() const;
  Result<> remove(const Caller& caller, std::string_view name);
  // Nothing when nobody bears it, or it has expired. Remembers its use, to the hour.
  Result<std::optional<auth::Identity>> authenticate(std::string_view secret);

 private:
  registry::MetadataStore& metadata_;
  const Clock& clock_;
};

}  // namespace weighhouse::services
