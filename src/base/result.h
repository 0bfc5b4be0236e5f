#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace weighhouse {

// What a caller can do about a failure. The set is closed: `http` maps each to one status, `cli` to
// one exit code, and tests compare codes, never texts.
enum class ErrorCode : std::uint8_t {
  kInvalidArgument,     // can never succeed as written
  kUnauthenticated,     // who is asking?
  kPermissionDenied,    // known, but not allowed
  kNotFound,            //
  kAlreadyExists,       //
  kFailedPrecondition,  // well formed, but not in the present state
  kResourceExhausted,   // a limit, or the disk
  kUnavailable,         // the same call may succeed later
  kDataLoss,            // stored bytes do not match their digest
  kCancelled,           //
  kInternal,            // a bug of ours
};

// "not_found" and so on: the `error` of every reply.
std::string_view to_string(ErrorCode code);

// Named facts a program may want beside the sentence: {"absent", {"sha256:…", …}}.
using Detail = std::variant<std::string, std::vector<std::string>, std::int64_t>;
using Details = std::vector<std::pair<std::string, Detail>>;

// `message` is a sentence for people: it names the thing and the way out, and never holds a secret.
struct Error {
  ErrorCode code;
  std::string message;
  Details details{};
};

// A value, or why there is none.
template <class T = void>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;

  T take() && {
    if constexpr (!std::is_void_v<T>) return *std::move(*this);
  }
};

// return fail(ErrorCode::kNotFound, "…");
inline tl::unexpected<Error> fail(ErrorCode code, std::string message, Details details = {}) {
  return tl::unexpected<Error>{Error{code, std::move(message), std::move(details)}};
}
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>{std::move(error)}; }

// An invariant of our own, never input: ends the program, naming the place, when it does not hold.
void check(bool condition, const char* reason, const char* file = __builtin_FILE(), int line = __builtin_LINE());

}  // namespace weighhouse

// The value of `expression`, or else its error, returned to our own caller. Each use has a name of its own,
// so that one may stand inside another.
#define TRY(expression) WEIGH_TRY_NAMED(expression, __COUNTER__)
#define WEIGH_TRY_NAMED(expression, number) WEIGH_TRY_AS(expression, number)
#define WEIGH_TRY_AS(expression, number)                                                              \
  __extension__({                                                                                     \
    auto try_##number = (expression);                                                                 \
    if (!try_##number) return ::tl::unexpected<::weighhouse::Error>{std::move(try_##number).error()}; \
    std::move(try_##number).take();                                                                   \
  })
