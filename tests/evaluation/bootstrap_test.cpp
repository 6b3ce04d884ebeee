#include "evaluation/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.h"
#include "evaluation/metrics.h"

namespace foreview {
namespace {

struct Series {
  std::vector<double> truth, good, poor;
};

// Truth of deviation 1; predictions that miss it by the given deviations.
Series make_series(size_t n, double good_noise, double poor_noise, uint64_t seed) {
  Random random(seed);
  Series series;
  for (size_t i = 0; i < n; ++i) {
    series.truth.push_back(random.normal());
    series.good.push_back(series.truth.back() + good_noise * random.normal());
    series.poor.push_back(series.truth.back() + poor_noise * random.normal());
  }
  return series;
}

TEST(PairedBootstrap, a_clear_gain_lies_below_zero) {
  const Series series = make_series(150, 0.5, 1.0, 1);
  const PairedDifference difference = paired_bootstrap_nmse(series.truth, series.good, series.poor, 2000, 7);
  EXPECT_NEAR(difference.delta,
              *normalized_mean_squared_error(series.truth, series.good) -
                  *normalized_mean_squared_error(series.truth, series.poor),
              1e-12);
  EXPECT_LT(difference.low, difference.delta);
  EXPECT_GT(difference.high, difference.delta);
  EXPECT_LT(difference.high, 0);
}

TEST(PairedBootstrap, equal_models_include_zero_and_mirror) {
  const Series series = make_series(150, 0.8, 0.8, 2);
  const PairedDifference one = paired_bootstrap_nmse(series.truth, series.good, series.poor, 2000, 7);
  const PairedDifference other = paired_bootstrap_nmse(series.truth, series.poor, series.good, 2000, 7);
  EXPECT_LT(one.low, 0);
  EXPECT_GT(one.high, 0);
  EXPECT_NEAR(one.low, -other.high, 1e-12);
}

TEST(PairedBootstrap, the_interval_holds_the_truth_about_as_often_as_it_says) {
  int held = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const Series series = make_series(80, 0.7, 0.7, 100 + seed);
    const PairedDifference difference = paired_bootstrap_nmse(series.truth, series.good, series.poor, 2000, seed);
    held += difference.low <= 0 && difference.high >= 0;
  }
  EXPECT_GE(held, 51);
  EXPECT_LT(held, 60);
}

TEST(PairedBootstrap, the_same_seed_gives_the_same_interval) {
  const Series series = make_series(40, 0.5, 0.6, 3);
  const auto first = paired_bootstrap_nmse(series.truth, series.good, series.poor, 2000, 7);
  const auto again = paired_bootstrap_nmse(series.truth, series.good, series.poor, 2000, 7);
  const auto other = paired_bootstrap_nmse(series.truth, series.good, series.poor, 2000, 8);
  EXPECT_EQ(first.low, again.low);
  EXPECT_EQ(first.high, again.high);
  EXPECT_NE(first.low, other.low);
}

TEST(PairedBootstrap, draws_with_constant_truth_are_drawn_again) {
  const std::vector<double> truth{0, 0, 1}, good{0, 0, 1}, poor{0.5, 0.5, 0.5};
  const PairedDifference difference = paired_bootstrap_nmse(truth, good, poor, 2000, 1);
  EXPECT_TRUE(std::isfinite(difference.low) && std::isfinite(difference.high));
  EXPECT_LT(difference.high, 0);
}

TEST(PairedBootstrap, constant_truth_has_no_interval) {
  const std::vector<double> truth{2, 2, 2}, model{1, 2, 3};
  EXPECT_TRUE(std::isnan(paired_bootstrap_nmse(truth, model, truth, 2000, 1).high));
}

}  // namespace
}  // namespace foreview
