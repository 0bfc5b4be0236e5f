#include "encoders/detail/panels.h"

#include <cmath>
#include <gtest/gtest.h>

#include "encoders/detail/arithmetic.h"

namespace weighhouse::encoders::detail {
namespace {

std::vector<float> numbers(std::size_t count, float step) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = std::sin(step * static_cast<float>(i + 1));
  return values;
}

TEST(Panels, AreTheProductOfEveryShape) {
  for (const std::size_t columns : {1U, 7U, 16U, 17U, 48U}) {
    for (const std::size_t inner : {1U, 8U, 33U}) {
      const auto weights = numbers(columns * inner, 0.37F);
      const auto bias = numbers(columns, 0.11F);
      const Panels panels{weights, bias};
      for (std::size_t rows = 1; rows <= 13; ++rows) {
        const auto in = numbers(rows * inner, 0.73F);
        std::vector<float> out(rows * columns + 1, 9.0F);
        panels.apply(in, rows, std::span{out}.first(rows * columns));
        for (std::size_t row = 0; row < rows; ++row) {
          for (std::size_t column = 0; column < columns; ++column) {
            double sum = static_cast<double>(bias[column]);
            for (std::size_t k = 0; k < inner; ++k)
              sum += static_cast<double>(in[row * inner + k]) * static_cast<double>(weights[column * inner + k]);
            ASSERT_NEAR(static_cast<double>(out[row * columns + column]), sum, 1e-5)
                << rows << " x " << inner << " x " << columns;
          }
        }
        ASSERT_EQ(out.back(), 9.0F) << "nothing is written behind it";
      }
    }
  }
}

TEST(Panels, GiveARowTheSameBitsWhateverIsBesideIt) {
  const Panels panels{numbers(40 * 24, 0.37F), numbers(40, 0.11F)};
  const auto in = numbers(11 * 24, 0.73F);
  std::vector<float> all(11 * 40);
  panels.apply(in, 11, all);
  for (std::size_t row = 0; row < 11; ++row) {
    std::vector<float> alone(40);
    panels.apply(std::span{in}.subspan(row * 24, 24), 1, alone);
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), all.begin() + static_cast<std::ptrdiff_t>(row * 40))) << row;
  }
}

TEST(Gelu, IsTheNormalShareForAnyNumberOfValues) {
  for (const std::size_t count : {1U, 7U, 8U, 9U, 1000U}) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i)
      values[i] = -12.0F + 24.0F * static_cast<float>(i) / static_cast<float>(count);
    auto made = values;
    apply_gelu(made);
    for (std::size_t i = 0; i < count; ++i) {
      const auto x = static_cast<double>(values[i]);
      ASSERT_NEAR(static_cast<double>(made[i]), 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))), 2e-6) << x;
    }
  }
}

}  // namespace
}  // namespace weighhouse::encoders::detail
