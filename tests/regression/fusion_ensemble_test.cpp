#include "regression/fusion_ensemble.h"

#include <gtest/gtest.h>

#include <cmath>

namespace foreview {
namespace {

constexpr size_t rows = 15;

FusionTask small_task(double label_of_first) {
  FusionTask task;
  task.dimensions[static_cast<size_t>(TokenKind::measures)] = 2;
  for (size_t row = 0; row < rows; ++row) {
    const auto x = static_cast<float>(std::sin(static_cast<double>(row)));
    task.rows.push_back({{.kind = TokenKind::measures, .vector = {x, 1 - x}, .end = 1}});
    const double label = row == 0 ? label_of_first : x;
    task.labels.push_back({label, label});
  }
  return task;
}

std::vector<FusionOutput> left_out_predictions(const FusionTask& task) {
  TrainOptions options;
  options.model_dimension = 8;
  options.layers = 1;
  options.heads = 2;
  options.learning_rate = 0.01;
  options.members = 1;
  Progress progress("train", 0, "epochs");
  return FusionEnsemble::fit(task, make_row_folds(rows, 5, 1), options, 1, Device(), progress).out_of_fold;
}

TEST(FusionEnsemble, NoMemberThatPredictsALeftOutRowHasSeenItsLabel) {
  const auto before = left_out_predictions(small_task(0.5)), after = left_out_predictions(small_task(-2));
  ASSERT_EQ(before.size(), rows);
  EXPECT_EQ(before[0].median, after[0].median);
  EXPECT_EQ(before[0].above, after[0].above);
  size_t others = 0;
  for (size_t row = 1; row < rows; ++row) others += before[row].median != after[row].median;
  EXPECT_EQ(others, rows - rows / 5) << "all rows outside its fold are predicted by members that learnt from it";
}

TEST(FusionEnsemble, LearnsTheMiddleFromTheLessonsOfItsFold) {
  FusionTask task = small_task(0.5);
  std::vector<double> truth;
  for (const LabelRange& label : task.labels) truth.push_back(label.low);
  const Folds folds = make_row_folds(rows, 5, 1);
  Lessons lessons{.of_fold = {}, .of_all = std::vector<double>(rows, 0.0)};
  for (int fold = 0; fold < folds.count; ++fold) {
    std::vector<double> lesson(rows, NAN);
    for (const size_t row : folds.outside(fold)) lesson[row] = truth[row] + 3;
    lessons.of_fold.push_back(lesson);
  }
  const auto alone = left_out_predictions(task);
  task.taught = TrainingLabels(truth, lessons);
  const auto taught = left_out_predictions(task);
  double moved = 0;
  for (size_t row = 0; row < rows; ++row) moved += (taught[row].median - alone[row].median) / rows;
  EXPECT_GT(moved, 0.05) << "finite: what is not known inside a fold does not reach its members";
}

}  // namespace
}  // namespace foreview
