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

}  // namespace
}  // namespace foreview
