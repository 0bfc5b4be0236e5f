#include "cli/exit_code.h"

namespace weighhouse::cli {

int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInternal:
      return 1;
    case ErrorCode::kInvalidArgument:
      return 2;
    case ErrorCode::kNotFound:
      return 3;
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kFailedPrecondition:
      return 4;
    case ErrorCode::kUnauthenticated:
    case ErrorCode::kPermissionDenied:
      return 5;
    case ErrorCode::kResourceExhausted:
      return 6;
    case ErrorCode::kUnavailable:
      return 7;
    case ErrorCode::kDataLoss:
      return 8;
    case ErrorCode::kCancelled:
      return 130;  // what a shell says of Ctrl-C
  }
  return 1;
}

}  // namespace weighhouse::cli
