#include "client/client.h"

#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "client/exchange.h"
#include "client/paths.h"

namespace weighhouse::client {
namespace {

using registry::ModelRef;
using registry::Reference;

std::string text_of(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : std::string{};
}

std::string job_path(std::string_view id) { return fmt::format("/api/jobs/{}", encode_percent(id)); }
std::string trash_path(std::string_view id) { return fmt::format("/api/trash/{}", encode_percent(id)); }
std::string upload_path(std::string_view id) { return fmt::format("/api/uploads/{}", encode_percent(id)); }
std::string tag_path(const ModelRef& model, std::string_view key) {
  return fmt::format("{}/tags/{}", model_path(model), encode_percent(key));
}

}  // namespace

// Models

Result<Object> Client::list_models(const ModelQuery& q) const {
  return get_object(*transport_, "/api/models" + query({{"filter", q.filter},
                                                        {"order_by", q.order_by},
                                                        {"type", q.type},
                                                        {"search", q.search},
                                                        {"length", text_of(q.page.length)},
                                                        {"cursor", q.page.cursor}}));
}

Result<Object> Client::create_model(const Object& model) const {
  return send_object(*transport_, "POST", "/api/models", model);
}

Result<Object> Client::get_model(const ModelRef& model) const { return get_object(*transport_, model_path(model)); }

Result<Object> Client::update_model(const ModelRef& model, const Object& change) const {
  return send_object(*transport_, "PATCH", model_path(model), change);
}

Result<Object> Client::delete_model(const ModelRef& model) const {
  return send_object(*transport_, "DELETE", model_path(model));
}

// Versions

Result<Object> Client::list_versions(const ModelRef& model, const PageQuery& page) const {
  return get_object(*transport_, model_path(model) + "/versions" +
                                     query({{"length", text_of(page.length)}, {"cursor", page.cursor}}));
}

Result<Object> Client::publish(const ModelRef& model, const Object& version, std::string_view idempotency_key) const {
  return send_object(*transport_, "POST", model_path(model) + "/versions", version,
                     {{"Idempotency-Key", std::string{idempotency_key}}});
}

Result<Object> Client::get_version(const Reference& reference) const {
  return get_object(*transport_, version_path(reference));
}

Result<Object> Client::update_version(const Reference& reference, const Object& change) const {
  return send_object(*transport_, "PATCH", version_path(reference), change);
}

Result<Object> Client::delete_version(const Reference& reference) const {
  return send_object(*transport_, "DELETE", version_path(reference));
}

Result<Object> Client::inspect(const Reference& reference, const ReportQuery& q) const {
  return get_object(*transport_, version_path(reference) + "/report" +
                                     query({{"path", q.path}, {"tensors", text_of(q.tensors)}, {"search", q.search}}));
}

Result<Object> Client::diff(const ModelRef& model, std::string_view from, std::string_view to, bool norms) const {
  return get_object(
      *transport_,
      model_path(model) + "/diff" +
          query({{"from", std::string{from}}, {"to", std::string{to}}, {"norms", norms ? "true" : "false"}}));
}

// Marks

Result<Object> Client::list_metrics(const Reference& reference) const {
  return get_object(*transport_, version_path(reference) + "/metrics");
}

Result<Object> Client::add_metrics(const Reference& reference, const Object& metrics) const {
  return send_object(*transport_, "POST", version_path(reference) + "/metrics", metrics);
}

Result<Object> Client::list_aliases(const ModelRef& model, std::string_view at) const {
  return get_object(*transport_, model_path(model) + "/aliases" + query({{"at", std::string{at}}}));
}

Result<Object> Client::get_alias(const ModelRef& model, std::string_view alias, std::string_view at) const {
  return get_object(*transport_, alias_path(model, alias) + query({{"at", std::string{at}}}));
}

Result<Object> Client::put_alias(const ModelRef& model, std::string_view alias, const Object& target) const {
  return send_object(*transport_, "PUT", alias_path(model, alias), target);
}

Result<> Client::delete_alias(const ModelRef& model, std::string_view alias) const {
  return send_empty(*transport_, "DELETE", alias_path(model, alias));
}

Result<Object> Client::get_gates(const ModelRef& model, std::string_view alias, std::string_view version) const {
  return get_object(*transport_, alias_path(model, alias) + "/gates" + query({{"version", std::string{version}}}));
}

Result<Object> Client::put_gates(const ModelRef& model, std::string_view alias, const Object& rules) const {
  return send_object(*transport_, "PUT", alias_path(model, alias) + "/gates", rules);
}

Result<Object> Client::rollback_alias(const ModelRef& model, std::string_view alias) const {
  return send_object(*transport_, "POST", alias_path(model, alias) + "/rollback");
}

Result<> Client::put_tag(const ModelRef& model, std::string_view key, std::string_view value) const {
  return send_empty(*transport_, "PUT", tag_path(model, key), Object{{"value", std::string{value}}});
}

Result<> Client::delete_tag(const ModelRef& model, std::string_view key) const {
  return send_empty(*transport_, "DELETE", tag_path(model, key));
}

Result<Object> Client::list_events(const std::optional<ModelRef>& model, std::string_view action,
                                   const PageQuery& page) const {
  return get_object(
      *transport_,
      (model ? model_path(*model) : std::string{"/api"}) + "/events" +
          query({{"action", std::string{action}}, {"length", text_of(page.length)}, {"cursor", page.cursor}}));
}

// Intake

Result<Object> Client::query_blobs(const Object& digests) const {
  return send_object(*transport_, "POST", "/api/blobs/query", digests);
}

Result<Object> Client::list_uploads() const { return get_object(*transport_, "/api/uploads"); }

Result<Object> Client::get_upload(std::string_view id) const { return get_object(*transport_, upload_path(id)); }

Result<> Client::delete_upload(std::string_view id) const { return send_empty(*transport_, "DELETE", upload_path(id)); }

// Trash

Result<Object> Client::list_trash(const PageQuery& page) const {
  return get_object(*transport_, "/api/trash" + query({{"length", text_of(page.length)}, {"cursor", page.cursor}}));
}

Result<Object> Client::empty_trash() const { return send_object(*transport_, "DELETE", "/api/trash"); }

Result<Object> Client::purge_trash(std::string_view id) const {
  return send_object(*transport_, "DELETE", trash_path(id));
}

Result<Object> Client::restore_trash(std::string_view id) const {
  return send_object(*transport_, "POST", trash_path(id) + "/restore");
}

// Keeping

Result<Object> Client::get_storage() const { return get_object(*transport_, "/api/storage"); }

Result<Object> Client::collect_garbage(const Object& options) const {
  return send_object(*transport_, "POST", "/api/storage/collect", options);
}

Result<Object> Client::verify(const Object& options) const {
  return send_object(*transport_, "POST", "/api/storage/verify", options);
}

Result<Object> Client::scan_library() const { return send_object(*transport_, "POST", "/api/library/scan"); }

Result<Object> Client::list_library_problems() const { return get_object(*transport_, "/api/library/problems"); }

Result<Object> Client::create_backup(std::string_view directory) const {
  return send_object(*transport_, "POST", "/api/backup", Object{{"directory", std::string{directory}}});
}

Result<Object> Client::restore_backup(std::string_view directory) const {
  return send_object(*transport_, "POST", "/api/backup/restore", Object{{"directory", std::string{directory}}});
}

Result<Object> Client::list_jobs(std::string_view state, std::string_view kind, const PageQuery& page) const {
  return get_object(*transport_, "/api/jobs" + query({{"state", std::string{state}},
                                                      {"kind", std::string{kind}},
                                                      {"length", text_of(page.length)},
                                                      {"cursor", page.cursor}}));
}

Result<Object> Client::get_job(std::string_view id) const { return get_object(*transport_, job_path(id)); }

Result<Object> Client::cancel_job(std::string_view id) const {
  return send_object(*transport_, "POST", job_path(id) + "/cancel");
}

// Access

Result<Object> Client::list_tokens() const { return get_object(*transport_, "/api/tokens"); }

Result<Object> Client::create_token(const Object& token) const {
  return send_object(*transport_, "POST", "/api/tokens", token);
}

Result<> Client::delete_token(std::string_view name) const {
  return send_empty(*transport_, "DELETE", fmt::format("/api/tokens/{}", encode_percent(name)));
}

Result<Object> Client::get_info() const { return get_object(*transport_, "/api/info"); }

Result<Object> Client::get_health() const { return get_object(*transport_, "/health"); }

Result<> for_each_item(std::string_view key, const std::function<Result<Object>(const std::string& cursor)>& fetch,
                       const std::function<bool(const Object& item)>& use) {
  std::string cursor;
  for (;;) {
    const Object page = TRY(fetch(cursor));
    for (const auto& item : list_at(page, key)) {
      if (!use(as_object(item))) return {};
    }
    const std::string next = text_at(page, "next_cursor");
    if (next.empty() || next == cursor) return {};
    cursor = next;
  }
}

}  // namespace weighhouse::client
