#include "evaluation/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "foreview/error.h"

namespace foreview {
namespace {

using Values = std::vector<double>;

TEST(Metrics, nmse_of_the_mean_is_one) {
  const Values truth{1, 2, 3, 6}, mean(4, 3.0);
  EXPECT_DOUBLE_EQ(*normalized_mean_squared_error(truth, mean), 1.0);
  EXPECT_DOUBLE_EQ(*r_squared(truth, mean), 0.0);
}

TEST(Metrics, constant_truth_is_found_without_rounding) {
  const Values truth(3, 0.1), prediction{0.1, 0.2, 0.3};
  EXPECT_FALSE(normalized_mean_squared_error(truth, prediction).has_value());
  EXPECT_FALSE(pearson(truth, prediction).has_value());
}

TEST(Metrics, spearman_averages_tied_ranks) {
  const Values truth{1, 2, 3, 4}, prediction{1, 1, 2, 3};
  EXPECT_NEAR(*spearman(truth, prediction), 4.5 / std::sqrt(22.5), 1e-12);
}

TEST(Metrics, kendall_counts_pairs_as_by_hand) {
  const Values truth{1, 2, 3, 4, 4}, prediction{2, 1, 3, 3, 5};
  // 10 pairs: 1 tied in truth, 1 in prediction, 1 discordant, 7 concordant.
  EXPECT_NEAR(*kendall_tau_b(truth, prediction), 6.0 / 9.0, 1e-12);
}

TEST(Metrics, auc_counts_ties_half) {
  EXPECT_DOUBLE_EQ(*area_under_roc(Values{0, 1, 0, 1}, Values{0.1, 0.5, 0.5, 0.9}, 0.5), 3.5 / 4);
  EXPECT_FALSE(area_under_roc(Values{0, 0}, Values{0.1, 0.5}, 0.5).has_value());
}

TEST(Metrics, raw_and_modelled_scales_are_kept_apart) {
  const Values truth{1, 2}, prediction{2, 4}, truth_raw{0, 10}, prediction_raw{5, 30};
  const Metrics metrics = compute_metrics({.truth = truth,
                                           .prediction = prediction,
                                           .low = {},
                                           .high = {},
                                           .truth_raw = truth_raw,
                                           .prediction_raw = prediction_raw});
  EXPECT_DOUBLE_EQ(*metrics.mae, 1.5);
  EXPECT_DOUBLE_EQ(*metrics.mae_raw, 12.5);
  EXPECT_DOUBLE_EQ(*metrics.mse_raw, 212.5);
  EXPECT_DOUBLE_EQ(*metrics.mape, 2.0);  // the row whose truth is 0 is left out
  EXPECT_FALSE(metrics.coverage80 || metrics.width80 || metrics.auc || metrics.accuracy);
}

TEST(Metrics, binary_targets_have_auc_and_accuracy) {
  const Values truth{0, 0, 1, 1}, prediction{0.2, 0.6, 0.5, 0.9};
  const Metrics metrics = compute_metrics({.truth = truth,
                                           .prediction = prediction,
                                           .low = {},
                                           .high = {},
                                           .truth_raw = truth,
                                           .prediction_raw = prediction,
                                           .binary = true});
  EXPECT_DOUBLE_EQ(*metrics.accuracy, 0.75);
  EXPECT_DOUBLE_EQ(*metrics.auc, 0.75);
}

TEST(Metrics, what_is_no_number_is_left_out) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Values truth{1, 2, 3}, broken{1, nan, 3}, prediction{1, 2, 2}, huge{1, INFINITY, 3};
  EXPECT_FALSE(
      compute_metrics(
          {.truth = truth, .prediction = broken, .low = {}, .high = {}, .truth_raw = truth, .prediction_raw = broken})
          .rmse);
  EXPECT_FALSE(spearman(truth, broken).has_value());
  const Metrics metrics = compute_metrics(
      {.truth = truth, .prediction = prediction, .low = {}, .high = {}, .truth_raw = truth, .prediction_raw = huge});
  EXPECT_TRUE(metrics.mae.has_value());
  EXPECT_FALSE(metrics.mae_raw.has_value());
  EXPECT_FALSE(compute_metrics({}).mae.has_value());
}

TEST(Metrics, series_of_different_lengths_are_refused) {
  EXPECT_THROW(mean_absolute_error(Values{1, 2}, Values{1}), Error);
  EXPECT_THROW(interval_coverage(Values{1, 2}, Values{1, 2}, Values{1}), Error);
}

}  // namespace
}  // namespace foreview
