#pragma once

#include "http/routes/context.h"
#include "http/routes/request.h"
#include "services/evaluator.h"
#include "wire/fields.h"

namespace weighhouse::http {

// An evaluation that is handed sounds: "audio" and "noise" of a fit, and "data_name".
Result<jobs::Job> evaluate_sounds(RouteContext& context, const Request& request, wire::Fields& fields);

// The reply of a comparison of evaluations of sounds; nothing when the baseline is one of texts.
Result<std::optional<boost::json::object>> compare_sounds(RouteContext& context, const Request& request,
                                                          const std::string& baseline,
                                                          const std::vector<std::string>& others);

// A sound that an evaluation kept.
Handler get_evaluation_sound(RouteContext& context);

}  // namespace weighhouse::http
