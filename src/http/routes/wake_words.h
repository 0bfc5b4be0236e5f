#pragma once

#include "http/routes/context.h"
#include "http/routes/request.h"
#include "services/trainer.h"
#include "wire/fields.h"

namespace weighhouse::http {

// A list of {"digest", "name"} of what was uploaded before.
Result<std::vector<services::SoundFile>> sounds_in(wire::Fields& fields, const char* key, wire::Need need);

// A fit whose kind is a wake word. `order` has what all fits have in common, `fields` the rest: "wake_word" (by default
// the model's name with spaces), "recordings" and "negatives", each {"digest", "name"} of what was uploaded before.
Result<jobs::Job> fit_wake_word(RouteContext& context, const Request& request, const services::FitRequest& order,
                                wire::Fields& fields);

// What a running fit of a wake word, or one that ended lately, said of its epochs.
Handler job_epochs(RouteContext& context);

}  // namespace weighhouse::http
