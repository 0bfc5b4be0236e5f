#include "base/result.h"

#include <gtest/gtest.h>

#include "base/error_code.h"
#include "base/guarded.h"

namespace weighhouse {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return fail(ErrorCode::kInvalidArgument, "It is odd.");
  return value / 2;
}

Result<int> quarter(int value) {
  const int once = TRY(half(value));
  return TRY(half(once));
}

TEST(Try, PassesTheFirstFailureOn) {
  EXPECT_EQ(quarter(8).value(), 2);
  ASSERT_FALSE(quarter(6));
  EXPECT_EQ(quarter(6).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(quarter(6).error().message, "It is odd.");
}

TEST(Check, EndsTheProgramWithItsReason) {
  check(true, "nothing happens");
  EXPECT_DEATH(check(false, "the counter went backwards"), "the counter went backwards");
}

TEST(ErrorCodes, AreWordsThatReadBack) {
  for (int number = 0; number <= static_cast<int>(ErrorCode::kInternal); ++number) {
    const auto code = static_cast<ErrorCode>(number);
    EXPECT_EQ(parse_error_code(to_string(code)), code) << to_string(code);
  }
  EXPECT_EQ(to_string(ErrorCode::kNotFound), "not_found");
  EXPECT_FALSE(parse_error_code("no_such_word"));
}

TEST(Guarded, GivesItsValueToOneAtATime) {
  Guarded<int> value{1};
  {
    auto access = value.lock();
    *access += 1;
    EXPECT_TRUE(access.unique_lock().owns_lock());
  }
  EXPECT_EQ(*value.lock(), 2);
}

}  // namespace
}  // namespace weighhouse
