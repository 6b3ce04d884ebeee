#include "regression/training_labels.h"

#include <gtest/gtest.h>

#include <cmath>

#include "regression/gaussian_process.h"
#include "regression/gradient_trees.h"
#include "regression/linear_data.h"
#include "regression/perceptron.h"
#include "regression/ridge.h"

namespace foreview {
namespace {

TEST(TrainingLabels, WithoutLessonsAreTheTruthEverywhere) {
  const TrainingLabels labels(std::vector<double>{1, 2, 3});
  EXPECT_EQ(labels.without(1), labels.truth());
  EXPECT_EQ(labels.all(), labels.truth());
}

TEST(TrainingLabels, MoveTowardsTheLessonsOfThatFold) {
  const Lessons lessons{.of_fold = {{NAN, 4, 5}, {3, NAN, NAN}}, .of_all = {5, 6, 7}};
  const TrainingLabels labels({1, 2, 3}, lessons, {0.5, 0.25}, 1);
  EXPECT_TRUE(std::isnan(labels.without(0)[0])) << "no model that must not see a row can learn from it unnoticed";
  EXPECT_EQ(labels.without(0)[1], 3);
  EXPECT_EQ(labels.without(1)[0], 1.5);
  EXPECT_EQ(labels.all(), lessons.of_all);
  EXPECT_EQ(labels.truth(), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(TrainingLabels({1, 2, 3}, lessons).all(), (std::vector<double>{3, 4, 5})) << "halfway";
}

TEST(TrainingLabels, OutsideAFoldNothingKnowsIt) {
  const Folds folds{.count = 3, .of_row = {0, 1, 2, 1}, .group_of_row = {0, 1, 2, 3}};
  const Lessons lessons{.of_fold = {{NAN, 4, 5, 6}, {3, NAN, 7, NAN}, {1, 1, NAN, 1}}, .of_all = {9, 9, 9, 9}};
  const TrainingLabels outside = TrainingLabels({1, 2, 3, 4}, lessons, {1, 1, 1}, 1).outside(1, folds);
  EXPECT_EQ(outside.truth(), (std::vector<double>{1, 3}));
  EXPECT_EQ(outside.all(), (std::vector<double>{3, 7}));
  EXPECT_EQ(outside.without(0), outside.all());
  EXPECT_EQ(outside.without(1), outside.all());
  const Folds others = folds.without(1);
  EXPECT_EQ(others.count, 2);
  EXPECT_EQ(others.of_row, (std::vector<int>{0, 1})) << "numbered anew";
  EXPECT_EQ(others.group_of_row, (std::vector<size_t>{0, 2}));
  EXPECT_EQ(TrainingLabels(std::vector<double>{1, 2, 3, 4}).outside(1, folds).all(), (std::vector<double>{1, 3}));
}

// What a part says of a fold is learnt from the lessons for that fold: those for all rows know the fold's labels.
TEST(TrainingLabels, PartsPredictAFoldFromItsOwnLessonsAlone) {
  const auto [rows, truth] = testing::linear_data(60, 3, 0.5, 1);
  const Folds folds = make_row_folds(60, 5, 1);
  Lessons lessons{.of_fold = std::vector<std::vector<double>>(5, std::vector<double>(60, NAN)), .of_all = truth};
  for (int fold = 0; fold < folds.count; ++fold)
    for (const size_t row : folds.outside(fold))
      lessons.of_fold[static_cast<size_t>(fold)][row] = 2 * rows.at(row, 0) - rows.at(row, 1);
  Lessons others = lessons;
  for (double& lesson : others.of_all) lesson = 9 - lesson;
  GaussianProcessRows numbers{.numbers = rows, .group_of_column = {0, 0, 0}, .is_narrow = {true}};
  numbers.text.resize(60);
  const auto predictions = [&, &rows = rows, &truth = truth](const Lessons& from) {
    const TrainingLabels labels(truth, from);
    return std::vector{
        Ridge::fit(rows, std::vector<int>(3, 0), labels, folds).out_of_fold,
        Ridge::fit_weighing_blocks(rows, std::vector<int>{0, 1, 1}, labels, folds).out_of_fold,
        GradientTrees::fit(rows, labels, folds, 30, 1).out_of_fold,
        Perceptron::fit(rows, {1, 1, 1}, labels, folds, {.hidden = {8}, .members = 1, .steps = 20}, 1).out_of_fold,
        GaussianProcess::fit(numbers, truth, folds, {.steps = 5, .starts = 1}, 1, from).out_of_fold};
  };
  const auto before = predictions(lessons);
  const auto same = predictions(others);
  for (size_t part = 0; part < before.size(); ++part)
    for (size_t row = 0; row < 60; ++row) EXPECT_NEAR(same[part][row], before[part][row], 1e-6) << part;
  for (auto& of_fold : lessons.of_fold)
    for (double& lesson : of_fold) lesson += 0.5;
  const auto after = predictions(lessons);
  for (size_t part = 0; part < before.size(); ++part) EXPECT_NE(after[part], before[part]) << part;
}

}  // namespace
}  // namespace foreview
