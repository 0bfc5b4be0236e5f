#pragma once

#include "http/message.h"
#include "http/routes/context.h"

namespace weighhouse::http {

// The bytes of a stored file, with ranges, under the name it is handed out under.
Result<Response> serve_file(RouteContext& context, const Request& request, const services::Handed& handed);

// A version as a ZIP named "{wake word}_model.zip".
Result<Response> serve_archive(RouteContext& context, const Request& request, const services::VersionView& view);

}  // namespace weighhouse::http
