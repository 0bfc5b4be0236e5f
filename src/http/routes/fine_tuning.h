#pragma once

#include "http/routes/context.h"
#include "http/routes/request.h"
#include "services/known_sounds.h"
#include "services/trainer.h"
#include "wire/fields.h"

namespace weighhouse::http {

// "audio": [{"digest", "name", "label", "values", "references": [{"digest", "name"}]}] and "noise": [{"digest",
// "name"}] of a request.
Result<services::KnownSounds> known_sounds_in(wire::Fields& fields);

// A fit that is handed sounds: it trains its base further. `order` has what all fits have in common, `fields` the rest.
Result<jobs::Job> fine_tune(RouteContext& context, const Request& request, const services::FitRequest& order,
                            wire::Fields& fields);

}  // namespace weighhouse::http
