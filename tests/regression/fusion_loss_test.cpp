#include <gtest/gtest.h>
#include <torch/torch.h>

#include "regression/fusion_training.h"

namespace foreview {
namespace {

// One row: median 1, 10 % quantile 0, 90 % quantile 3.
at::Tensor output() { return torch::tensor({1.0, 1.0, 2.0}).view({1, 3}).set_requires_grad(true); }

double loss_at(double low, double high) {
  return fusion_loss(output(), torch::tensor({low, high, 0.0}).view({1, 3}), false).item<double>();
}

TEST(FusionLoss, ExactLabelsGiveHuberAndPinballLosses) {
  // Label 2: errors 1 (median), 2 (10 %), -1 (90 %).
  EXPECT_NEAR(loss_at(2, 2), 1 * 1 + 0.1 * 2 + 0.1 * 1, 1e-6);
  // Label 4, beyond the bend at 1: twice 3 less 1; 4 above the 10 %, 1 above the 90 % quantile.
  EXPECT_NEAR(loss_at(4, 4), (2 * 3 - 1) + 0.1 * 4 + 0.9 * 1, 1e-6);
}

TEST(FusionLoss, InsideARoundedLabelThereIsNoError) {
  EXPECT_NEAR(loss_at(-1, 4), 0, 1e-6);
  // The median is outside by 0.5, the upper quantile inside, the lower one outside by 1.5.
  EXPECT_NEAR(loss_at(1.5, 4), 0.5 * 0.5 + 0.1 * 1.5, 1e-6);
}

TEST(FusionLoss, ALessonMovesTheMiddleAlone) {
  const double plain = loss_at(2, 2);
  const double moved = fusion_loss(output(), torch::tensor({2.0, 2.0, -1.0}).view({1, 3}), false).item<double>();
  EXPECT_NEAR(moved, plain - 1 * 1, 1e-6) << "the label of the middle is 1, that of the quantiles 2 as before";
}

TEST(FusionLoss, PullsOnlyFromOutside) {
  const at::Tensor values = output();
  fusion_loss(values, torch::tensor({-1.0, 4.0, 0.0}).view({1, 3}), false).backward();
  EXPECT_EQ(values.grad().abs().sum().item<double>(), 0);
  const at::Tensor others = output();
  fusion_loss(others, torch::tensor({1.5, 4.0, 0.0}).view({1, 3}), false).backward();
  EXPECT_LT(others.grad()[0][0].item<double>(), 0) << "a larger median is better";
}

}  // namespace
}  // namespace foreview
