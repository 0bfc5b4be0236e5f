#include "http/routes/job_reply.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "wire/fields.h"

namespace weighhouse::http {

using wire::Fields;
using wire::Need;

namespace {

Handler listen(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto model = TRY(model_of(request));
    auto version = TRY(version_of(request));
    auto fields = TRY(Fields::parse(request.body));
    const auto sound = fields.text("sound", Need::kRequired);
    const auto name = fields.text("sound_name");
    const auto threshold = fields.number("threshold");
    const auto cooldown = fields.number("cooldown_seconds");
    TRY(fields.finish());
    const auto digest = TRY(Digest::parse(sound));
    services::ListenRequest wanted{.model = std::move(model),
                                   .version = std::move(version),
                                   .sound = digest,
                                   .sound_name = name,
                                   .threshold = threshold};
    wanted.cooldown_seconds = cooldown.value_or(wanted.cooldown_seconds);
    return accepted(TRY(context.learning.listener.listen(caller_of(request), wanted)));
  };
}

}  // namespace

std::vector<Route> listening_routes(RouteContext& context) {
  return {{Method::kPost, "/api/models/{model}/versions/{version}/listen", Permission::kWrite, listen(context)}};
}

}  // namespace weighhouse::http
