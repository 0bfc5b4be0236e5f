#include "cli/commands/metadata_file.h"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"

namespace weighhouse::cli {

Result<boost::json::object> read_metadata_file(const std::string& path) {
  constexpr std::size_t kLargest = std::size_t{1} << 20U;
  const std::string text = TRY(read_file(path, kLargest));
  boost::json::error_code failure;
  auto value = boost::json::parse(text, failure);
  if (failure)
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} is not JSON: {}.", printable(path), failure.message()));
  if (!value.is_object())
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} holds no JSON object ({{…}}).", printable(path)));
  return std::move(value.get_object());
}

}  // namespace weighhouse::cli
