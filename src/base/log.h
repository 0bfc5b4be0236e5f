#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace weighhouse {

// One line per event on standard error: as text for people (time, level, message, key=value), or as one
// JSON object per line for machines. Fields never hold secrets. Safe from any thread.
namespace log {

enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError };
enum class Form : std::uint8_t { kText, kJson };

using Fields = std::initializer_list<std::pair<std::string_view, std::string>>;

// Before the first thread starts. Until then: text, warnings and worse.
void configure(Level least, Form form);
Result<Level> parse_level(std::string_view text);
// Whether a line of this level is written: spares the making of fields that nobody reads.
bool enabled(Level level);

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warning(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

// The id of the request this thread works for, added to its lines as request_id; empty for none.
void set_request_id(std::string id);
const std::string& request_id();

}  // namespace log
}  // namespace weighhouse
