// The operations of the API that train, ask and weigh models.

#include <fmt/format.h>

#include "base/text.h"
#include "client/client.h"
#include "client/exchange.h"
#include "client/paths.h"

namespace weighhouse::client {

using registry::ModelRef;
using registry::Reference;

namespace {

std::string evaluation_path(std::string_view id) { return fmt::format("/api/evaluations/{}", encode_percent(id)); }

}  // namespace

Result<Object> Client::fit(const ModelRef& model, const Object& order) const {
  return send_object(*transport_, "POST", model_path(model) + "/fit", order);
}

Result<Object> Client::predict(const ModelRef& model, const Object& question) const {
  return send_object(*transport_, "POST", model_path(model) + "/predict", question);
}

Result<Object> Client::reproduce(const Reference& version) const {
  return send_object(*transport_, "POST", version_path(version) + "/reproduce", {});
}

Result<Object> Client::export_version(const Reference& version) const {
  return send_object(*transport_, "POST", version_path(version) + "/export", {});
}

Result<Object> Client::evaluate(const Reference& version, const Object& data) const {
  return send_object(*transport_, "POST", version_path(version) + "/evaluations", data);
}

Result<Object> Client::listen(const Reference& version, const Object& order) const {
  return send_object(*transport_, "POST", version_path(version) + "/listen", order);
}

Result<Object> Client::list_evaluations(const std::optional<Reference>& of, const std::optional<Digest>& data,
                                        const PageQuery& page) const {
  return get_object(*transport_,
                    "/api/evaluations" + query({{"model", of ? of->to_string() : std::string{}},
                                                {"data", data ? data->to_string() : std::string{}},
                                                {"length", page.length ? std::to_string(*page.length) : std::string{}},
                                                {"cursor", page.cursor}}));
}

Result<Object> Client::get_evaluation(std::string_view id) const {
  return get_object(*transport_, evaluation_path(id));
}

Result<Object> Client::delete_evaluation(std::string_view id) const {
  return send_object(*transport_, "DELETE", evaluation_path(id));
}

Result<Object> Client::compare(const Object& evaluations) const {
  return send_object(*transport_, "POST", "/api/comparisons", evaluations);
}

}  // namespace weighhouse::client
