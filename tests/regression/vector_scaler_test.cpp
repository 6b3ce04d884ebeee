#include "regression/vector_scaler.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"

namespace foreview {
namespace {

// Six columns that follow two hidden numbers, the first one louder, and a little of their own.
Matrix two_axes(size_t count) {
  Random random(5);
  Matrix rows(count, 6);
  for (size_t r = 0; r < count; ++r) {
    const double first = 3 * random.normal(), second = random.normal();
    for (size_t c = 0; c < 6; ++c) rows.at(r, c) = 10 + first + (c % 2 == 0 ? second : -second) + 0.1 * random.normal();
  }
  return rows;
}

TEST(VectorScaler, AxesKeepHowFarTheRowsSpreadAlongThem) {
  const Matrix rows = two_axes(500);
  const VectorScaler scaler = VectorScaler::fit(rows, {.standardise = true, .most_axes = 3});
  ASSERT_EQ(scaler.dimension(), 3u);
  std::vector<double> squares(3, 0);
  for (size_t r = 0; r < rows.rows; ++r) {
    const std::vector<float> axes = scaler.transform(std::vector<float>(rows.row(r).begin(), rows.row(r).end()));
    for (size_t k = 0; k < 3; ++k) squares[k] += static_cast<double>(axes[k]) * axes[k] / 500;
  }
  EXPECT_NEAR(std::sqrt(squares[0]), 1, 0.01);
  EXPECT_NEAR(std::sqrt(squares[1]), 1.0 / 3, 0.05) << "a third of the first";
  EXPECT_LT(std::sqrt(squares[2]), 0.1);
}

TEST(VectorScaler, AnOutlierStaysWithinEightDeviations) {
  const VectorScaler scaler = VectorScaler::fit(two_axes(500), {.standardise = true, .most_axes = 3});
  for (const float value : scaler.transform(std::vector<float>(6, 1e30F))) EXPECT_LE(std::abs(value), 8);
  EXPECT_EQ(scaler.transform(std::vector<float>(6, NAN)), std::vector<float>(3, 0)) << "unknown counts as the mean";
}

}  // namespace
}  // namespace foreview
