#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "wire/fields.h"

namespace weighhouse::http {
namespace json = boost::json;

using wire::Fields;
using wire::Need;

namespace {

json::object to_json(const registry::VersionWord& alias, const std::vector<std::string>& rules) {
  return {{"alias", alias.text()}, {"rules", json::value_from(rules)}};
}

// With a version, whether each rule holds for it as well.
Handler get_gates(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto caller = caller_of(request);
    const auto ref = TRY(model_of(request));
    const auto alias = TRY(alias_of(request));
    auto answer = to_json(alias, TRY(context.gates.list(caller, ref, alias)));
    const auto word = request.query_value("version");
    if (!word) return reply(std::move(answer));
    const auto judgement = TRY(context.gates.judge(caller, ref, alias, TRY(registry::parse_version_ref(*word))));
    bool all_hold = true;
    json::array findings;
    for (const auto& finding : judgement.findings) {
      all_hold = all_hold && finding.holds;
      findings.push_back(json::object{{"rule", finding.rule}, {"holds", finding.holds}, {"found", finding.found}});
    }
    answer["version"] = judgement.number.value();
    answer["holds"] = all_hold;
    answer["findings"] = std::move(findings);
    return reply(std::move(answer));
  };
}

Handler put_gates(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto alias = TRY(alias_of(request));
    auto fields = TRY(Fields::parse(request.body));
    const auto rules = fields.texts("rules", Need::kRequired);
    TRY(fields.finish());
    return reply(to_json(alias, TRY(context.gates.put(caller_of(request), ref, alias, rules))));
  };
}

}  // namespace

std::vector<Route> gate_routes(RouteContext& context) {
  const std::string gates = "/api/models/{model}/aliases/{alias}/gates";
  return {
      {Method::kGet, gates, Permission::kRead, get_gates(context)},
      {Method::kPut, gates, Permission::kWrite, put_gates(context)},
  };
}

}  // namespace weighhouse::http
