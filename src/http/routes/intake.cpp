#include <functional>

#include "base/text.h"
#include "formats/report.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "wire/fields.h"
#include "wire/registry_json.h"
#include "wire/report_json.h"

namespace weighhouse::http {
namespace json = boost::json;

using services::Caller;
using services::Intake;

namespace {

constexpr std::size_t kMostDigests = 10'000;

json::object blob_json(const registry::Blob& blob) {
  return {{"digest", blob.digest.to_string()}, {"size_bytes", blob.size_bytes}};
}

json::object upload_json(const services::UploadState& state) {
  json::object object{{"id", state.upload.id},
                      {"name", state.upload.name},
                      {"offset", state.offset},
                      {"size_bytes", wire::or_null(state.upload.size_bytes)},
                      {"created_at", state.upload.created_at.to_string()}};
  if (state.upload.finished) object["digest"] = state.upload.finished->to_string();
  return object;
}

// "Upload-Complete: ?1" of the IETF draft: a structured-field boolean.
Result<bool> completes(const Request& request, bool fallback) {
  const auto header = request.headers.find("Upload-Complete");
  if (!header) return fallback;
  if (trim(*header) == "?1") return true;
  if (trim(*header) == "?0") return false;
  return fail(ErrorCode::kInvalidArgument, "Upload-Complete is ?1 or ?0, not \"" + printable(*header, 40) + "\".");
}

Result<std::optional<std::uint64_t>> number_header(const Request& request, std::string_view name) {
  const auto header = request.headers.find(name);
  if (!header) return std::optional<std::uint64_t>{};
  const auto value = parse_int(trim(*header));
  if (!value || *value < 0) {
    return fail(ErrorCode::kInvalidArgument,
                std::string{name} + " is a number of bytes, not \"" + printable(*header, 40) + "\".");
  }
  return std::optional{static_cast<std::uint64_t>(*value)};
}

// "Repr-Digest: sha-256=:<base64>:" (RFC 9530); other algorithms beside it are passed over.
Result<std::optional<Digest>> declared_digest(const Request& request) {
  const auto header = request.headers.find("Repr-Digest");
  if (!header) return std::optional<Digest>{};
  for (const auto part : split(*header, ',')) {
    const auto item = trim(part);
    constexpr std::string_view kPrefix = "sha-256=:";
    if (!item.starts_with(kPrefix) || !item.ends_with(':')) continue;
    const auto bytes = decode_base64(item.substr(kPrefix.size(), item.size() - kPrefix.size() - 1));
    if (!bytes || bytes->size() != Digest::kSizeBytes) break;
    std::array<std::byte, Digest::kSizeBytes> digest{};
    std::copy_n(std::as_bytes(std::span{*bytes}).begin(), digest.size(), digest.begin());
    return std::optional<Digest>{Digest{digest}};
  }
  return fail(ErrorCode::kInvalidArgument,
              "Repr-Digest is sha-256=:<base64 of 32 bytes>:, not \"" + printable(*header, 120) + "\".");
}

Response upload_reply(const std::string& id, std::uint64_t offset, const std::optional<Digest>& digest, int status) {
  json::object body{{"id", id}, {"offset", offset}};
  if (digest) {
    body["digest"] = digest->to_string();
    body["size_bytes"] = offset;
  }
  auto response = reply(std::move(body), status);
  response.headers.set("Location", "/api/uploads/" + id);
  response.headers.set("Upload-Offset", std::to_string(offset));
  response.headers.set("Upload-Complete", digest ? "?1" : "?0");
  return response;
}

// One body on its way into an upload. Lets go of it before there is a reply: whoever has that may go on at once.
class UploadBody final : public BodySink {
 public:
  UploadBody(Intake& intake, Caller caller, std::unique_ptr<store::UploadSession> session, bool complete, int status)
      : intake_(intake),
        caller_(std::move(caller)),
        session_(std::move(session)),
        complete_(complete),
        status_(status) {}

  Result<> append(std::span<const std::byte> bytes) override { return session_->append(bytes); }

  Result<Response> finish() override {
    const std::string id = session_->id();
    if (!complete_) {
      TRY(session_->checkpoint());
      const std::uint64_t offset = session_->offset();
      session_.reset();
      return upload_reply(id, offset, std::nullopt, status_);
    }
    const auto blob = intake_.finish(caller_, *session_);
    session_.reset();
    if (blob) return upload_reply(id, blob->size_bytes, blob->digest, status_);
    // Bytes that are not what was declared never become so: the upload ends here.
    if (blob.error().code == ErrorCode::kInvalidArgument) TRY(intake_.discard(caller_, id));
    return fail(blob.error());
  }

  void abandon() override { session_.reset(); }  // leaves a checkpoint: what came stays

 private:
  Intake& intake_;
  Caller caller_;
  std::unique_ptr<store::UploadSession> session_;
  bool complete_;
  int status_;
};

// One body that is a blob.
class BlobBody final : public BodySink {
 public:
  explicit BlobBody(std::unique_ptr<services::Delivery> delivery) : delivery_(std::move(delivery)) {}

  Result<> append(std::span<const std::byte> bytes) override { return delivery_->append(bytes); }
  Result<Response> finish() override {
    const auto blob = TRY(delivery_->finish());
    auto response = reply(blob_json(blob), 201);
    response.headers.set("Location", "/api/blobs/" + blob.digest.to_string());
    return response;
  }
  void abandon() override { delivery_.reset(); }

 private:
  std::unique_ptr<services::Delivery> delivery_;
};

// Stands for a body that need not come: the bytes are here, or do not belong where they are said to.
class Settled final : public BodySink {
 public:
  explicit Settled(std::function<Response()> tell) : tell_(std::move(tell)) {}
  std::optional<Response> early_reply() override { return tell_(); }
  Result<> append(std::span<const std::byte>) override { return {}; }
  Result<Response> finish() override { return tell_(); }

 private:
  std::function<Response()> tell_;
};

StreamHandler put_blob(RouteContext& context) {
  return [&context](Request& request) -> Result<std::unique_ptr<BodySink>> {
    const auto digest = TRY(Digest::parse(request.parameter("digest")));
    const auto said = TRY(declared_digest(request));
    if (said && *said != digest) {
      return fail(ErrorCode::kInvalidArgument,
                  "Repr-Digest says " + said->to_string() + ", and the address " + digest.to_string() + ".");
    }
    if (request.headers.find("Content-Range")) {
      return fail(ErrorCode::kInvalidArgument,
                  "A blob is put whole. For a part of one, begin an upload with POST /api/uploads.");
    }
    const auto caller = caller_of(request);
    if (const auto known = TRY(context.intake.find_known(caller, digest)))
      return std::make_unique<Settled>([blob = *known] { return reply(blob_json(blob)); });
    auto delivery = TRY(context.intake.deliver(
        caller,
        {.name = request.query_value("name").value_or(""), .size_bytes = request.content_length, .declared = digest}));
    return std::make_unique<BlobBody>(std::move(delivery));
  };
}

StreamHandler create_upload(RouteContext& context) {
  return [&context](Request& request) -> Result<std::unique_ptr<BodySink>> {
    const bool complete = TRY(completes(request, false));
    auto length = TRY(number_header(request, "Upload-Length"));
    if (!length && complete) length = request.content_length;
    if (length && request.content_length.value_or(0) > *length) {
      return fail(ErrorCode::kInvalidArgument, "The body has " + std::to_string(*request.content_length) +
                                                   " bytes, more than the " + std::to_string(*length) +
                                                   " that Upload-Length announces.");
    }
    const auto caller = caller_of(request);
    const auto declared = TRY(declared_digest(request));
    auto session = TRY(context.intake.begin(
        caller, {.name = request.query_value("name").value_or(""), .size_bytes = length, .declared = declared}));
    return std::make_unique<UploadBody>(context.intake, caller, std::move(session), complete, 201);
  };
}

std::unique_ptr<BodySink> refuse_offset(std::string message, std::uint64_t offset) {
  Error error{ErrorCode::kFailedPrecondition, std::move(message), {{"offset", static_cast<std::int64_t>(offset)}}};
  return std::make_unique<Settled>([error = std::move(error), offset] {
    auto refusal = error_response(error);
    refusal.headers.set("Upload-Offset", std::to_string(offset));
    return refusal;
  });
}

StreamHandler append_upload(RouteContext& context) {
  return [&context](Request& request) -> Result<std::unique_ptr<BodySink>> {
    const bool complete = TRY(completes(request, false));
    const auto offset = TRY(number_header(request, "Upload-Offset"));
    if (!offset)
      return fail(ErrorCode::kInvalidArgument, "Upload-Offset is missing: HEAD of the upload tells where to go on.");
    const auto caller = caller_of(request);
    auto [session, state] = TRY(context.intake.resume(caller, request.parameter("upload")));
    if (*offset != state.offset) {
      return refuse_offset((session ? "The upload goes on at byte " : "The upload is complete and ends at byte ") +
                               std::to_string(state.offset) + ", not at " + std::to_string(*offset) + ".",
                           state.offset);
    }
    if (session) return std::make_unique<UploadBody>(context.intake, caller, std::move(session), complete, 200);
    // Its end is said again, by someone who never heard that it was heard.
    if (request.content_length.value_or(0) == 0 && !request.headers.find("Transfer-Encoding")) {
      return std::make_unique<Settled>([upload = std::move(state.upload), end = state.offset] {
        return upload_reply(upload.id, end, upload.finished, 200);
      });
    }
    return refuse_offset("The upload is complete: nothing can be appended to it.", state.offset);
  };
}

Handler get_upload(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto state = TRY(context.intake.state(caller_of(request), request.parameter("upload")));
    auto response = reply(upload_json(state));
    response.headers.set("Upload-Offset", std::to_string(state.offset));
    response.headers.set("Upload-Complete", state.upload.finished ? "?1" : "?0");
    if (state.upload.size_bytes) response.headers.set("Upload-Length", std::to_string(*state.upload.size_bytes));
    response.headers.set("Cache-Control", "no-store");
    return response;
  };
}

Handler list_uploads(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    json::array uploads;
    for (const auto& state : TRY(context.intake.list(caller_of(request)))) uploads.push_back(upload_json(state));
    return reply({{"uploads", std::move(uploads)}});
  };
}

Handler delete_upload(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    TRY(context.intake.discard(caller_of(request), request.parameter("upload")));
    return Response::empty(204);
  };
}

Handler query_blobs(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(wire::Fields::parse(request.body));
    const auto texts = fields.texts("digests", wire::Need::kRequired);
    TRY(fields.finish());
    if (texts.size() > kMostDigests)
      return fail(ErrorCode::kInvalidArgument, "Ask for at most 10,000 digests at once.");
    std::vector<Digest> digests;
    for (const auto& text : texts) digests.push_back(TRY(Digest::parse(text)));
    json::array absent;
    for (const auto& digest : TRY(context.intake.absent(caller_of(request), digests)))
      absent.push_back(json::value(digest.to_string()));
    return reply({{"absent", std::move(absent)}});
  };
}

Handler inspect_blob(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto digest = TRY(Digest::parse(request.parameter("digest")));
    const auto tensors = TRY(tensors_of(request));
    const auto report = TRY(context.inspector.inspect_blob(
        caller_of(request), digest, request.query_value("name").value_or(""), context.clock.now()));
    auto body = wire::to_json(report, tensors);
    body["digest"] = digest.to_string();
    return reply(std::move(body));
  };
}

}  // namespace

std::vector<Route> intake_routes(RouteContext& context) {
  constexpr std::uint64_t kServersLimit = 0;
  return {
      {Method::kPut, "/api/blobs/{digest}", Permission::kWrite, put_blob(context), kServersLimit},
      {Method::kGet, "/api/blobs/{digest}/report", Permission::kRead, inspect_blob(context)},
      {Method::kPost, "/api/blobs/query", Permission::kWrite, query_blobs(context), std::uint64_t{2} << 20U},
      {Method::kGet, "/api/uploads", Permission::kWrite, list_uploads(context)},
      {Method::kPost, "/api/uploads", Permission::kWrite, create_upload(context), kServersLimit},
      {Method::kGet, "/api/uploads/{upload}", Permission::kWrite, get_upload(context)},
      {Method::kPatch, "/api/uploads/{upload}", Permission::kWrite, append_upload(context), kServersLimit},
      {Method::kDelete, "/api/uploads/{upload}", Permission::kWrite, delete_upload(context)},
  };
}

}  // namespace weighhouse::http
