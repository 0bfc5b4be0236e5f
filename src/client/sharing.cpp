#include "client/sharing.h"

#include "base/text.h"
#include "client/exchange.h"
#include "client/paths.h"

namespace weighhouse::client {

Result<Object> Sharing::list_publications(std::string_view channel) const {
  return get_object(*transport_, "/api/publications" + query({{"channel", std::string{channel}}}));
}

Result<Object> Sharing::get_key() const { return get_object(*transport_, "/api/publications/key"); }

Result<Object> Sharing::publish(const registry::Reference& version, const Object& publication) const {
  return send_object(*transport_, "POST", version_path(version) + "/publications", publication);
}

Result<> Sharing::withdraw(const registry::Reference& version, std::string_view channel) const {
  return send_empty(*transport_, "DELETE", version_path(version) + "/publications/" + encode_percent(channel));
}

Result<Object> Sharing::list_catalog() const { return get_object(*transport_, "/api/catalog"); }

Result<Object> Sharing::list_sources() const { return get_object(*transport_, "/api/sources"); }

Result<Object> Sharing::add_source(const Object& source) const {
  return send_object(*transport_, "POST", "/api/sources", source);
}

Result<> Sharing::remove_source(std::string_view name) const {
  return send_empty(*transport_, "DELETE", "/api/sources/" + encode_percent(name));
}

Result<> Sharing::put_policy(std::string_view source, const Object& policy) const {
  return send_empty(*transport_, "PUT", "/api/sources/" + encode_percent(source) + "/policy", policy);
}

Result<Object> Sharing::list_updates() const { return get_object(*transport_, "/api/updates"); }

Result<Object> Sharing::check_updates(const Object& which) const {
  return send_object(*transport_, "POST", "/api/updates/check", which);
}

Result<Object> Sharing::apply_updates(const Object& which) const {
  return send_object(*transport_, "POST", "/api/updates/apply", which);
}

Result<Object> Sharing::start_download(const Object& order) const {
  return send_object(*transport_, "POST", "/api/downloads", order);
}

}  // namespace weighhouse::client
