#include "evaluation/quantile_calibration.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"

namespace foreview {
namespace {

constexpr double reach = 1.2815515655446004;  // from the median to the 90 % quantile, in deviations

TEST(QuantileCalibration, KnowsTheQuantilesThatAForecastTells) {
  EXPECT_NEAR(forecast_share_below(5, 5, 3, 9), 0.5, 1e-12);
  EXPECT_NEAR(forecast_share_below(3, 5, 3, 9), 0.1, 1e-12);
  EXPECT_NEAR(forecast_share_below(9, 5, 3, 9), 0.9, 1e-12);
  EXPECT_EQ(forecast_share_below(4.9, 5, 5, 5), 0);
  EXPECT_EQ(forecast_share_below(5, 5, 5, 5), 1);
}

TEST(QuantileCalibration, HonestForecastsLieOnTheDiagonalAndNarrowOnesDoNot) {
  Random random(4);
  std::vector<double> truth, prediction, low, high, narrow_low, narrow_high;
  for (int i = 0; i < 4000; ++i) {
    const double centre = 3 * random.normal(), deviation = 0.5 + random.uniform();
    truth.push_back(centre + deviation * random.normal());
    prediction.push_back(centre);
    low.push_back(centre - reach * deviation);
    high.push_back(centre + reach * deviation);
    narrow_low.push_back(centre - 0.4 * deviation);
    narrow_high.push_back(centre + 0.4 * deviation);
  }
  const auto honest = quantile_calibration(truth, prediction, low, high);
  ASSERT_EQ(honest.size(), 19u);
  for (const QuantileLevel& one : honest) EXPECT_NEAR(one.observed, one.level, 0.03);
  const auto narrow = quantile_calibration(truth, prediction, narrow_low, narrow_high);
  EXPECT_GT(narrow[0].observed, 0.15);  // more than 15 % below what should be the 5 % quantile
  EXPECT_LT(narrow[18].observed, 0.85);
}

TEST(QuantileCalibration, NothingToMeasureGivesNothing) {
  EXPECT_TRUE(quantile_calibration({}, {}, {}, {}).empty());
  const std::vector<double> one{1}, bad{NAN};
  EXPECT_TRUE(quantile_calibration(one, one, {}, {}).empty());
  EXPECT_TRUE(quantile_calibration(one, one, bad, one).empty());
}

}  // namespace
}  // namespace foreview
