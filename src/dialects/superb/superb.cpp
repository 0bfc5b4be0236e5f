#include "dialects/superb/superb.h"

#include <algorithm>
#include <map>
#include <memory>

#include "dialects/superb/call.h"
#include "dialects/superb/content_routes.h"
#include "dialects/superb/identity.h"
#include "dialects/superb/old_list.h"
#include "dialects/superb/schema.h"
#include "http/access.h"
#include "wire/json_text.h"

namespace weighhouse::dialects {
namespace json = boost::json;

using namespace superb;  // the words of this contract
using http::Handler;
using http::Method;
using http::Permission;
using http::Request;
using http::Response;

namespace {

constexpr std::uint64_t kLargestRequest = std::uint64_t{4} << 20U;

graphql::Scalars scalars() {
  return {{"DateTime", [](const json::value& given) -> Result<json::value> {
             const auto* text = given.if_string();
             if (text != nullptr && Timestamp::parse(*text)) return given;
             return fail(ErrorCode::kInvalidArgument,
                         "must be a date and a time, as in 2025-01-04T10:00:00Z, and is not.");
           }}};
}

// Everything that outlasts a request.
class Superb {
 public:
  explicit Superb(http::RouteContext& context)
      : context_(context),
        engine_(graphql::Schema::parse(kSchema).take(), scalars(), {}),
        links_(std::make_shared<Links>(context.clock)) {
    for (const auto entries : {dataset_entries(), slice_entries(), content_entries(), model_entries(), report_entries(),
                               data_entries(), job_entries()}) {
      for (const auto& entry : entries) entries_.emplace(entry.field, entry);
    }
    for (const auto* root : {"Query", "Mutation"}) {
      for (const auto& field : engine_.schema().get(root).fields) {
        check(entries_.contains(field.name), "every field of the roots has a resolver");
      }
    }
  }

  Result<Response> answer(const Request& request) {
    auto asked = graphql::Request::parse(request.body, engine_.limits());
    if (!asked) return reply(graphql::refusal({asked.error()}, graphql::code_of(asked.error().code)));
    auto caller = TRY(caller_of(request));
    const Call call{context_, engine_, *links_, jobs_, std::move(caller), request.base_url};
    const auto resolve = [&](const PlannedField& field) { return this->resolve(call, field); };
    auto answer = engine_.answer(*asked, resolve);
    if (!answer.refused) return reply(answer);
    if (const auto meant = meant_by_old_list(*asked, engine_.limits())) return reply(engine_.answer(*meant, resolve));
    return reply(answer);
  }

  const std::shared_ptr<const Links>& links() const { return links_; }

 private:
  static Response reply(const graphql::Answer& answer) {
    return Response::json(answer.refused ? 400 : 200, wire::to_text(answer.body));
  }

  Result<json::value> resolve(const Call& call, const PlannedField& field) const {
    const auto& entry = entries_.at(field.field->name);
    TRY(http::require(call.caller.identity, entry.permission));
    return entry.resolve(call, field);
  }

  http::RouteContext& context_;
  graphql::Engine engine_;
  std::shared_ptr<const Links> links_;
  Jobs jobs_{};
  std::map<std::string_view, Entry> entries_{};
};

}  // namespace

std::vector<http::Route> superb_routes(http::RouteContext& context) {
  const auto superb = std::make_shared<Superb>(context);
  std::vector<http::Route> routes = content_routes(context, superb->links());
  for (const auto* pattern : {"/graphql", "/system/graphql"}) {
    const Handler answer = [superb](Request& request) -> Result<Response> { return superb->answer(request); };
    routes.push_back({Method::kPost, pattern, Permission::kRead, answer, kLargestRequest});
  }
  return routes;
}

}  // namespace weighhouse::dialects
