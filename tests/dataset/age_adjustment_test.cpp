#include "dataset/age_adjustment.h"

#include <gtest/gtest.h>

#include <cmath>

#include "foreview/error.h"

namespace foreview {
namespace {

constexpr double day = 86400;

TEST(AgeAdjustment, FindsHowCountsGrow) {
  std::vector<AgedCount> counts;
  for (int i = 1; i <= 101; ++i)
    counts.push_back({std::expm1(8 + 0.5 * std::log(i * day) + (i % 2 ? 0.3 : -0.3)), i * day});
  const AgeAdjustment adjustment = fit_age_adjustment(counts);
  EXPECT_NEAR(adjustment.exponent, 0.5, 0.05);
  EXPECT_EQ(adjustment.reference_age, 51 * day);
  const Quantity young = adjustment.adjusted({1000, 950, 1050}, 10 * day);
  EXPECT_NEAR(young.value, 1000 * std::pow(5.1, adjustment.exponent), 5);
  EXPECT_LT(young.low, young.value);
  EXPECT_GT(young.high, young.value);
  EXPECT_NEAR(adjustment.adjusted(Quantity::exact(1000), 51 * day).value, 1000, 1e-6);
}

TEST(AgeAdjustment, CountsDoNotFall) {
  std::vector<AgedCount> counts;
  for (int i = 1; i <= 50; ++i) counts.push_back({1e6 / i, i * day});
  EXPECT_EQ(fit_age_adjustment(counts).exponent, 0);
  counts.resize(39);
  EXPECT_THROW(fit_age_adjustment(counts), Error);
  EXPECT_THROW(fit_age_adjustment(std::vector<AgedCount>(50, {-1, day})), Error);
}

}  // namespace
}  // namespace foreview
