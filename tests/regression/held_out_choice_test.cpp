#include "regression/held_out_choice.h"

#include <gtest/gtest.h>

#include "core/random.h"
#include "evaluation/metrics.h"
#include "regression/gradient_trees.h"
#include "regression/linear_data.h"
#include "regression/perceptron.h"
#include "regression/ridge.h"

namespace foreview {
namespace {

TEST(HeldOutChoice, IsTheLeastLossAndTheFirstOfEquals) {
  EXPECT_EQ(choose_by_held_out_loss({{3, 3}, {1, 2}, {2, 1}, {4, 4}}).of_all, 1);
  const HeldOutChoice one_fold = choose_by_held_out_loss({{3}, {1}});
  EXPECT_EQ(one_fold.of_all, 1);
  EXPECT_EQ(one_fold.of_fold, std::vector<size_t>{1}) << "nobody else could say";
}

TEST(HeldOutChoice, IsTheFirstOfThoseAboutAsGoodWhenAsked) {
  EXPECT_EQ(choose_by_held_out_loss({{1.02, 1.02}, {1.004, 1.004}, {1, 1}}, 0.01).of_all, 1);
  EXPECT_EQ(choose_by_held_out_loss({{1.02, 1.02}, {1.004, 1.004}, {1, 1}}, 0.05).of_all, 0);
  EXPECT_EQ(choose_by_held_out_loss({{0, 0}, {0, 0}}, 0.01).of_all, 0);
}

TEST(HeldOutChoice, AFoldHasNoSayInItsOwnSetting) {
  const HeldOutChoice choice = choose_by_held_out_loss({{0, 10}, {10, 0}, {4, 4}});
  EXPECT_EQ(choice.of_all, 2);
  EXPECT_EQ(choice.of_fold, (std::vector<size_t>{1, 0}));
}

testing::LinearData noise(uint64_t seed) {
  Random random(seed);
  testing::LinearData data{Matrix(60, 5), {}};
  for (double& value : data.rows.values) value = random.normal();
  for (size_t r = 0; r < 60; ++r) data.labels.push_back(random.normal());
  return data;
}

// Labels that nothing explains: a penalty chosen on the rows it is reported for is never worse than the mean, which is
// one of them; an honest choice is, a little.
TEST(HeldOutChoice, ARidgeDoesNotFlatterItselfOnNoise) {
  int worse = 0;
  double means = 0, ridge = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const auto [rows, labels] = noise(seed);
    std::vector<double> fold_means;
    const Folds folds = make_row_folds(rows.rows, 5, seed);
    for (size_t r = 0; r < rows.rows; ++r) {
      const auto others = folds.outside(folds.of_row[r]);
      double sum = 0;
      for (size_t other : others) sum += labels[other];
      fold_means.push_back(sum / static_cast<double>(others.size()));
    }
    const double error =
        mean_squared_error(labels, Ridge::fit(rows, std::vector<int>(5, 0), labels, folds).out_of_fold);
    worse += error > 1.001 * mean_squared_error(labels, fold_means);
    means += mean_squared_error(labels, fold_means);
    ridge += error;
  }
  EXPECT_GT(ridge, means);
  EXPECT_GT(worse, 10);
}

// The same of trees, whose first choice is no tree: all labels are then said to be 0.
TEST(HeldOutChoice, TreesDoNotFlatterThemselvesOnNoise) {
  int worse = 0;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const auto [rows, labels] = noise(seed);
    const auto fitted = GradientTrees::fit(rows, labels, make_row_folds(rows.rows, 5, seed), 60, seed);
    worse += mean_squared_error(labels, fitted.out_of_fold) >
             1.001 * mean_squared_error(labels, std::vector<double>(rows.rows, 0.0));
  }
  EXPECT_GT(worse, 1);
}

// And of perceptrons, whose first choice is no training.
TEST(HeldOutChoice, PerceptronsDoNotFlatterThemselvesOnNoise) {
  int worse = 0;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const auto [rows, labels] = noise(seed);
    const auto fitted = Perceptron::fit(rows, std::vector<double>(5, 1), labels, make_row_folds(rows.rows, 5, seed),
                                        {.hidden = {16}, .dropout = 0.1, .members = 2, .steps = 100}, seed);
    worse += mean_squared_error(labels, fitted.out_of_fold) >
             1.001 * mean_squared_error(labels, std::vector<double>(rows.rows, 0.0));
  }
  EXPECT_GT(worse, 1);
}

}  // namespace
}  // namespace foreview
