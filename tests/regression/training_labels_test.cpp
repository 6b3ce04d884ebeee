#include "regression/training_labels.h"

#include <gtest/gtest.h>

#include <cmath>

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

}  // namespace
}  // namespace foreview
