#include "evaluation/reliability.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace foreview {
namespace {

TEST(Reliability, BinsFollowThePredictionAndSayWhereIntervalsFail) {
  // The upper half of the forecasts is 10 too high and its intervals miss.
  std::vector<double> truth, prediction, low, high;
  for (int i = 0; i < 100; ++i) {
    const double guess = (i * 37) % 100;  // each of 0 to 99 once, in no order
    prediction.push_back(guess);
    truth.push_back(guess < 50 ? guess : guess - 10);
    low.push_back(guess - 1);
    high.push_back(guess + (guess < 50 ? 1 : 3));
  }
  const auto bins = reliability_by_decile(truth, prediction, low, high, {}, {});
  ASSERT_EQ(bins.size(), 10u);
  EXPECT_EQ(bins[0].count, 10);
  EXPECT_DOUBLE_EQ(bins[0].prediction, 4.5);
  EXPECT_DOUBLE_EQ(bins[0].truth, 4.5);
  EXPECT_DOUBLE_EQ(bins[4].coverage, 1);
  EXPECT_DOUBLE_EQ(bins[5].coverage, 0);
  EXPECT_DOUBLE_EQ(bins[9].truth, 84.5);
  EXPECT_DOUBLE_EQ(bins[0].width, 2);
  EXPECT_DOUBLE_EQ(bins[9].width, 4);
}

TEST(Reliability, RoundedLabelsAreCoveredWhenTheirIntervalIsMet) {
  const std::vector<double> truth(5, 10), prediction(5, 8), low(5, 7), high(5, 9), loose_low(5, 9), loose_high(5, 11);
  EXPECT_DOUBLE_EQ(reliability_by_decile(truth, prediction, low, high, {}, {})[0].coverage, 0);
  EXPECT_DOUBLE_EQ(reliability_by_decile(truth, prediction, low, high, loose_low, loose_high)[0].coverage, 1);
}

TEST(Reliability, FewRowsGiveFewBinsAndNothingGivesNone) {
  std::vector<double> rows;
  for (int i = 0; i < 23; ++i) rows.push_back(i);
  const auto bins = reliability_by_decile(rows, rows, rows, rows, {}, {});
  ASSERT_EQ(bins.size(), 4u);
  int all = 0;
  for (const auto& bin : bins) all += bin.count;
  EXPECT_EQ(all, 23);
  EXPECT_TRUE(reliability_by_decile(rows, rows, {}, {}, {}, {}).empty());
  EXPECT_TRUE(reliability_by_decile({}, {}, {}, {}, {}, {}).empty());
  rows[3] = NAN;
  EXPECT_TRUE(reliability_by_decile(rows, rows, rows, rows, {}, {}).empty());
}

}  // namespace
}  // namespace foreview
