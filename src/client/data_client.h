#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/client.h"

namespace weighhouse::client {

struct DataQuery {
  std::string search{};
  std::string slice{};       // of items
  std::string media_type{};  // of items
  PageQuery page{};
};

struct AuditQuery {
  std::string filter{};
  std::string metric{};
  std::string below{};
  std::string above{};
  std::string length{};
};

// The operations about data and about what models learnt from it; otherwise as Client. A dataset, slice or item is
// named by its id or its name.
class DataClient {
 public:
  explicit DataClient(const Client& api) : transport_(&api.transport()) {}

  Result<Object> list_datasets(const DataQuery& query) const;
  Result<Object> create_dataset(const Object& dataset) const;
  Result<Object> get_dataset(std::string_view dataset) const;
  Result<Object> update_dataset(std::string_view dataset, const Object& change) const;
  Result<Object> delete_dataset(std::string_view dataset) const;

  Result<Object> list_slices(std::string_view dataset, const DataQuery& query) const;
  Result<Object> create_slice(std::string_view dataset, const Object& slice) const;
  Result<Object> get_slice(std::string_view dataset, std::string_view slice) const;
  Result<Object> update_slice(std::string_view dataset, std::string_view slice, const Object& change) const;
  Result<Object> delete_slice(std::string_view dataset, std::string_view slice) const;
  Result<Object> change_slice_items(std::string_view dataset, std::string_view slice, const Object& change) const;

  Result<Object> list_items(std::string_view dataset, const DataQuery& query) const;
  Result<Object> add_items(std::string_view dataset, const Object& items) const;
  Result<Object> get_item(std::string_view dataset, std::string_view item) const;
  Result<> delete_item(std::string_view dataset, std::string_view item) const;
  Result<Download> download_item(std::string_view dataset, std::string_view item, const ResumePoint& from) const;

  Result<Object> get_training(const registry::ModelRef& model) const;
  Result<Object> update_training(const registry::ModelRef& model, const Object& change) const;

  Result<Object> audit(const AuditQuery& query) const;
  Result<Object> group_models(std::string_view by, std::string_view filter, std::string_view metric) const;
  Result<Object> get_trend(const registry::ModelRef& model, std::string_view metric) const;
  Result<Object> get_lineage(const registry::ModelRef& model) const;
  Result<Object> get_slice_lineage(std::string_view dataset, std::string_view slice) const;
  Result<Object> run_bulk(const Object& order) const;
  Result<Object> undo_bulk(std::string_view id) const;

 private:
  Transport* transport_;
};

}  // namespace weighhouse::client
