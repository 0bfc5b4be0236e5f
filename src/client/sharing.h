#pragma once

#include <string_view>

#include "client/client.h"

namespace weighhouse::client {

// The operations of the API about what goes to others and what comes from elsewhere, as `Client` has the rest.
class Sharing {
 public:
  explicit Sharing(const Client& client) : transport_(&client.transport()) {}

  Result<Object> list_publications(std::string_view channel = {}) const;
  Result<Object> get_key() const;
  Result<Object> publish(const registry::Reference& version, const Object& publication) const;
  Result<> withdraw(const registry::Reference& version, std::string_view channel) const;

  Result<Object> list_catalog() const;
  Result<Object> list_sources() const;
  Result<Object> add_source(const Object& source) const;
  Result<> remove_source(std::string_view name) const;
  Result<> put_policy(std::string_view source, const Object& policy) const;

  Result<Object> list_updates() const;
  Result<Object> check_updates(const Object& which) const;
  Result<Object> apply_updates(const Object& which) const;   // jobs
  Result<Object> start_download(const Object& order) const;  // a job

 private:
  Transport* transport_;
};

}  // namespace weighhouse::client
