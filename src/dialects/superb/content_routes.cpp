#include "dialects/superb/content_routes.h"

#include "http/routes/files.h"
#include "http/routes/request.h"
#include "services/contents.h"
#include "services/intake.h"

namespace weighhouse::dialects::superb {

using http::BodySink;
using http::Handler;
using http::Method;
using http::Permission;
using http::Request;
using http::Response;
using http::StreamHandler;

namespace {

std::string file_of(const Request& request) {
  for (const auto& [name, value] : request.parameters) {
    if (name == "file") return value;
  }
  return {};
}

// One body that becomes a file of a content.
class ContentBody final : public BodySink {
 public:
  ContentBody(services::Contents& contents, services::Caller caller, std::unique_ptr<services::Delivery> delivery,
              const Request& request)
      : contents_(contents),
        caller_(std::move(caller)),
        delivery_(std::move(delivery)),
        content_(request.parameter("content")),
        file_(file_of(request)),
        content_type_(request.headers.find("Content-Type").value_or("")) {}

  Result<> append(std::span<const std::byte> bytes) override { return delivery_->append(bytes); }

  Result<Response> finish() override {
    const auto blob = TRY(delivery_->finish());
    TRY(contents_.put_file(caller_, content_, file_, blob.digest, content_type_));
    return http::reply(
        {{"id", content_}, {"file", file_}, {"digest", blob.digest.to_string()}, {"size_bytes", blob.size_bytes}});
  }

  void abandon() override { delivery_.reset(); }

 private:
  services::Contents& contents_;
  services::Caller caller_;
  std::unique_ptr<services::Delivery> delivery_;
  std::string content_;
  std::string file_;
  std::string content_type_;
};

StreamHandler take(http::RouteContext& context, std::shared_ptr<const Links> links) {
  return [&context, links](Request& request) -> Result<std::unique_ptr<BodySink>> {
    auto caller = TRY(links->open(request, Links::Use::kUpload));
    // Before the bytes: whether there is something that they could become.
    TRY(context.data.contents.get(caller, request.parameter("content")));
    auto delivery =
        TRY(context.intake.deliver(caller, {.name = file_of(request), .size_bytes = request.content_length}));
    return std::make_unique<ContentBody>(context.data.contents, std::move(caller), std::move(delivery), request);
  };
}

Handler hand_out(http::RouteContext& context, std::shared_ptr<const Links> links) {
  return [&context, links](Request& request) -> Result<Response> {
    const auto caller = TRY(links->open(request, Links::Use::kDownload));
    const auto handed = TRY(context.data.contents.find_file(caller, request.parameter("content"), file_of(request)));
    return http::serve_file(context, request, handed);
  };
}

}  // namespace

std::vector<http::Route> content_routes(http::RouteContext& context, std::shared_ptr<const Links> links) {
  constexpr std::uint64_t kServersOwnLimit = 0;
  std::vector<http::Route> routes;
  for (const std::string pattern : {"/superb/contents/{content}", "/superb/contents/{content}/{file...}"}) {
    routes.push_back({Method::kPut, pattern, Permission::kOpen, take(context, links), kServersOwnLimit});
    routes.push_back({Method::kGet, pattern, Permission::kOpen, hand_out(context, links)});
  }
  return routes;
}

}  // namespace weighhouse::dialects::superb
