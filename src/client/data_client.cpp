#include "client/data_client.h"

#include <fmt/format.h>

#include "base/text.h"
#include "client/exchange.h"
#include "client/fetch_bytes.h"
#include "client/paths.h"

namespace weighhouse::client {

using registry::ModelRef;

namespace {

std::string dataset_path(std::string_view dataset) { return fmt::format("/api/datasets/{}", encode_percent(dataset)); }

std::string slice_path(std::string_view dataset, std::string_view slice) {
  return fmt::format("{}/slices/{}", dataset_path(dataset), encode_percent(slice));
}

std::string item_path(std::string_view dataset, std::string_view item) {
  return fmt::format("{}/items/{}", dataset_path(dataset), encode_percent(item));
}

std::string query_of(const DataQuery& of) {
  return query({{"search", of.search},
                {"slice", of.slice},
                {"media_type", of.media_type},
                {"length", of.page.length ? std::to_string(*of.page.length) : std::string{}},
                {"cursor", of.page.cursor}});
}

}  // namespace

Result<Object> DataClient::list_datasets(const DataQuery& of) const {
  return get_object(*transport_, "/api/datasets" + query_of(of));
}

Result<Object> DataClient::create_dataset(const Object& dataset) const {
  return send_object(*transport_, "POST", "/api/datasets", dataset);
}

Result<Object> DataClient::get_dataset(std::string_view dataset) const {
  return get_object(*transport_, dataset_path(dataset));
}

Result<Object> DataClient::update_dataset(std::string_view dataset, const Object& change) const {
  return send_object(*transport_, "PATCH", dataset_path(dataset), change);
}

Result<Object> DataClient::delete_dataset(std::string_view dataset) const {
  return send_object(*transport_, "DELETE", dataset_path(dataset));
}

Result<Object> DataClient::list_slices(std::string_view dataset, const DataQuery& of) const {
  return get_object(*transport_, dataset_path(dataset) + "/slices" + query_of(of));
}

Result<Object> DataClient::create_slice(std::string_view dataset, const Object& slice) const {
  return send_object(*transport_, "POST", dataset_path(dataset) + "/slices", slice);
}

Result<Object> DataClient::get_slice(std::string_view dataset, std::string_view slice) const {
  return get_object(*transport_, slice_path(dataset, slice));
}

Result<Object> DataClient::update_slice(std::string_view dataset, std::string_view slice, const Object& change) const {
  return send_object(*transport_, "PATCH", slice_path(dataset, slice), change);
}

Result<Object> DataClient::delete_slice(std::string_view dataset, std::string_view slice) const {
  return send_object(*transport_, "DELETE", slice_path(dataset, slice));
}

Result<Object> DataClient::change_slice_items(std::string_view dataset, std::string_view slice,
                                              const Object& change) const {
  return send_object(*transport_, "POST", slice_path(dataset, slice) + "/items", change);
}

Result<Object> DataClient::list_items(std::string_view dataset, const DataQuery& of) const {
  return get_object(*transport_, dataset_path(dataset) + "/items" + query_of(of));
}

Result<Object> DataClient::add_items(std::string_view dataset, const Object& items) const {
  return send_object(*transport_, "POST", dataset_path(dataset) + "/items", items);
}

Result<Object> DataClient::get_item(std::string_view dataset, std::string_view item) const {
  return get_object(*transport_, item_path(dataset, item));
}

Result<> DataClient::delete_item(std::string_view dataset, std::string_view item) const {
  return send_empty(*transport_, "DELETE", item_path(dataset, item));
}

Result<Download> DataClient::download_item(std::string_view dataset, std::string_view item,
                                           const ResumePoint& from) const {
  return fetch_bytes(*transport_, item_path(dataset, item) + "/content", from);
}

Result<Object> DataClient::get_training(const ModelRef& model) const {
  return get_object(*transport_, model_path(model) + "/training");
}

Result<Object> DataClient::update_training(const ModelRef& model, const Object& change) const {
  return send_object(*transport_, "PATCH", model_path(model) + "/training", change);
}

Result<Object> DataClient::audit(const AuditQuery& of) const {
  return get_object(*transport_, "/api/audit" + query({{"filter", of.filter},
                                                       {"metric", of.metric},
                                                       {"below", of.below},
                                                       {"above", of.above},
                                                       {"length", of.length}}));
}

Result<Object> DataClient::group_models(std::string_view by, std::string_view filter, std::string_view metric) const {
  return get_object(*transport_, "/api/groups" + query({{"by", std::string{by}},
                                                        {"filter", std::string{filter}},
                                                        {"metric", std::string{metric}}}));
}

Result<Object> DataClient::get_trend(const ModelRef& model, std::string_view metric) const {
  return get_object(*transport_, model_path(model) + "/trend" + query({{"metric", std::string{metric}}}));
}

Result<Object> DataClient::get_lineage(const ModelRef& model) const {
  return get_object(*transport_, model_path(model) + "/lineage");
}

Result<Object> DataClient::get_slice_lineage(std::string_view dataset, std::string_view slice) const {
  return get_object(*transport_, slice_path(dataset, slice) + "/lineage");
}

Result<Object> DataClient::run_bulk(const Object& order) const {
  return send_object(*transport_, "POST", "/api/bulk", order);
}

Result<Object> DataClient::undo_bulk(std::string_view id) const {
  return send_object(*transport_, "POST", fmt::format("/api/bulk/{}/undo", encode_percent(id)), {});
}

}  // namespace weighhouse::client
