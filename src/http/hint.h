#pragma once

#include <string>
#include <string_view>

#include "http/router.h"

namespace weighhouse::http {

// For a path that no route answers: the route that was probably meant, or where the list of all stands.
std::string hint_for(const Router& router, std::string_view path);

}  // namespace weighhouse::http
