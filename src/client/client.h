#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/result.h"
#include "client/transport.h"
#include "registry/names.h"

namespace weighhouse::client {

// A reply of the API as it came: a JSON object of the shape that `api/openapi.yaml` names.
using Object = boost::json::object;

struct PageQuery {
  std::optional<std::uint64_t> length{};
  std::string cursor{};
};

struct ModelQuery {
  std::string filter{};
  std::string order_by{};
  std::string type{};
  std::string search{};
  PageQuery page{};
};

struct ReportQuery {
  std::string path{};
  std::optional<std::uint64_t> tensors{};
  std::string search{};
};

// Where a download goes on: at `offset`, if the bytes are still those of `etag`.
struct ResumePoint {
  std::uint64_t offset = 0;
  std::string etag{};
};

// Bytes on their way. They begin at `offset`: where they were asked to, or at 0 when the server has other bytes by now.
struct Download {
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> total_bytes{};  // of the whole thing
  std::string etag{};
  std::unique_ptr<ByteSource> body{};
};

// A method for each operation of the API, over whatever transport. Refusals come back as the Error that the
// server meant. Cheap to copy; borrows the transport and is as safe for threads as that is.
class Client {
 public:
  explicit Client(Transport& transport) : transport_(&transport) {}
  Transport& transport() const { return *transport_; }

  Result<Object> list_models(const ModelQuery& query) const;
  Result<Object> create_model(const Object& model) const;
  Result<Object> get_model(const registry::ModelRef& model) const;
  Result<Object> update_model(const registry::ModelRef& model, const Object& change) const;
  Result<Object> delete_model(const registry::ModelRef& model) const;

  Result<Object> list_versions(const registry::ModelRef& model, const PageQuery& page) const;
  // `idempotency_key` makes sending it again harmless.
  Result<Object> publish(const registry::ModelRef& model, const Object& version,
                         std::string_view idempotency_key) const;
  Result<Object> get_version(const registry::Reference& reference) const;
  Result<Object> update_version(const registry::Reference& reference, const Object& change) const;
  Result<Object> delete_version(const registry::Reference& reference) const;
  Result<Object> inspect(const registry::Reference& reference, const ReportQuery& query) const;
  // `to` is a version of the same model or a whole reference.
  Result<Object> diff(const registry::ModelRef& model, std::string_view from, std::string_view to, bool norms) const;

  // The bytes of a file or of the whole version as a ZIP, from `from.offset` on.
  Result<Download> download_file(const registry::Reference& version, std::string_view path,
                                 const ResumePoint& from) const;
  Result<Download> download_archive(const registry::Reference& version, const ResumePoint& from) const;

  Result<Object> list_metrics(const registry::Reference& reference) const;
  Result<Object> add_metrics(const registry::Reference& reference, const Object& metrics) const;
  Result<Object> list_aliases(const registry::ModelRef& model, std::string_view at = {}) const;
  Result<Object> get_alias(const registry::ModelRef& model, std::string_view alias, std::string_view at = {}) const;
  Result<Object> put_alias(const registry::ModelRef& model, std::string_view alias, const Object& target) const;
  Result<> delete_alias(const registry::ModelRef& model, std::string_view alias) const;
  // With a version, whether each rule holds for it.
  Result<Object> get_gates(const registry::ModelRef& model, std::string_view alias,
                           std::string_view version = {}) const;
  Result<Object> put_gates(const registry::ModelRef& model, std::string_view alias, const Object& rules) const;
  Result<Object> rollback_alias(const registry::ModelRef& model, std::string_view alias) const;
  Result<> put_tag(const registry::ModelRef& model, std::string_view key, std::string_view value) const;
  Result<> delete_tag(const registry::ModelRef& model, std::string_view key) const;
  // Of everything, or of one model.
  Result<Object> list_events(const std::optional<registry::ModelRef>& model, std::string_view action,
                             const PageQuery& page) const;

  Result<Object> query_blobs(const Object& digests) const;
  // Sends `bytes` to their end, `size_bytes` of them.
  Result<Object> put_blob(const Digest& digest, ByteSource& bytes, std::uint64_t size_bytes) const;
  Result<Object> list_uploads() const;
  Result<Object> create_upload(std::string_view name, const Digest& digest, std::uint64_t size_bytes) const;
  // Sends the rest of an upload from `offset` on: `bytes` to their end, `size_bytes` of them.
  Result<Object> append_upload(std::string_view id, std::uint64_t offset, ByteSource& bytes,
                               std::uint64_t size_bytes) const;
  Result<Object> get_upload(std::string_view id) const;
  Result<> delete_upload(std::string_view id) const;

  Result<Object> list_trash(const PageQuery& page) const;
  Result<Object> empty_trash() const;
  Result<Object> purge_trash(std::string_view id) const;
  Result<Object> restore_trash(std::string_view id) const;

  Result<Object> get_storage() const;
  Result<Object> collect_garbage(const Object& options) const;
  Result<Object> verify(const Object& options) const;  // a job
  Result<Object> scan_library() const;
  Result<Object> list_library_problems() const;
  Result<Object> create_backup(std::string_view directory) const;   // a job
  Result<Object> restore_backup(std::string_view directory) const;  // a job

  Result<Object> fit(const registry::ModelRef& model, const Object& order) const;  // a job
  Result<Object> predict(const registry::ModelRef& model, const Object& question) const;
  Result<Object> reproduce(const registry::Reference& version) const;                     // a job
  Result<Object> export_version(const registry::Reference& version) const;                // a job
  Result<Object> evaluate(const registry::Reference& version, const Object& data) const;  // a job
  Result<Object> listen(const registry::Reference& version, const Object& order) const;   // a job
  Result<Object> list_evaluations(const std::optional<registry::Reference>& of, const std::optional<Digest>& data,
                                  const PageQuery& page) const;
  Result<Object> get_evaluation(std::string_view id) const;
  Result<Object> delete_evaluation(std::string_view id) const;
  Result<Object> compare(const Object& evaluations) const;

  Result<Object> list_jobs(std::string_view state, std::string_view kind, const PageQuery& page) const;
  Result<Object> get_job(std::string_view id) const;
  Result<Object> cancel_job(std::string_view id) const;

  Result<Object> list_tokens() const;
  Result<Object> create_token(const Object& token) const;
  Result<> delete_token(std::string_view name) const;
  Result<Object> get_info() const;
  Result<Object> get_health() const;

 private:
  Transport* transport_;
};

// Calls `fetch` for page after page and `use` for each item of `key`, until there are no more or `use` says so.
Result<> for_each_item(std::string_view key, const std::function<Result<Object>(const std::string& cursor)>& fetch,
                       const std::function<bool(const Object& item)>& use);

}  // namespace weighhouse::client
