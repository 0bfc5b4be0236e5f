#include "base/error_code.h"

#include <array>

namespace weighhouse {
namespace {

constexpr std::array kCodes{
    ErrorCode::kInvalidArgument, ErrorCode::kUnauthenticated,    ErrorCode::kPermissionDenied,  ErrorCode::kNotFound,
    ErrorCode::kAlreadyExists,   ErrorCode::kFailedPrecondition, ErrorCode::kResourceExhausted, ErrorCode::kUnavailable,
    ErrorCode::kDataLoss,        ErrorCode::kCancelled,          ErrorCode::kInternal,
};

}  // namespace

std::optional<ErrorCode> parse_error_code(std::string_view word) {
  for (const auto code : kCodes) {
    if (to_string(code) == word) return code;
  }
  return std::nullopt;
}

}  // namespace weighhouse
