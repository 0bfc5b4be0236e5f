#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

namespace weighhouse {

// From the kernel's generator.
void fill_random(std::span<std::byte> bytes);

// 26 characters of Crockford base 32 that sort by time (https://github.com/ulid/spec): 48 bits of
// milliseconds, 80 random ones. Ids are not secrets.
std::string new_ulid(Timestamp now);
bool is_ulid(std::string_view text);

}  // namespace weighhouse
