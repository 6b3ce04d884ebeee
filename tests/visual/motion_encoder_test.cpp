#include "visual/motion_encoder.h"

#include <gtest/gtest.h>

#include <cmath>

#include "moving_squares.h"
#include "support/temporary_folder.h"
#include "tensors/device.h"
#include "visual/motion_dataset.h"

namespace foreview {
namespace {

PretrainOptions small() {
  PretrainOptions options;
  options.motion_size = 16;
  options.motion_channels = 4;
  options.contrast_batch = 3;
  options.contrast_frames = 5;
  return options;
}

TEST(MotionEncoder, padding_and_company_do_not_matter) {
  const at::NoGradGuard no_gradients;
  MotionEncoder encoder(small(), 1);
  torch::manual_seed(5);
  const at::Tensor maps = at::randn({3, 6, maps_of_a_pair, 16, 16}), counts = at::tensor({6, 4, 1}, at::kLong);
  const at::Tensor together = encoder->embed({maps, counts});
  EXPECT_EQ(together.size(1), motion_dimension(small()));
  at::Tensor changed = maps.clone();
  changed[1].narrow(0, 4, 2).fill_(2.5);
  EXPECT_TRUE(at::equal(encoder->embed({changed, counts})[1], together[1]));
  EXPECT_TRUE(at::allclose(encoder->embed({maps.narrow(0, 1, 1), counts.narrow(0, 1, 1)})[0], together[1], 1e-5, 1e-6));
  EXPECT_TRUE(together.isfinite().all().item<bool>());
}

TEST(MotionEncoder, only_the_last_numbers_know_left_from_right) {
  const at::NoGradGuard no_gradients;
  MotionEncoder encoder(small(), 1);
  torch::manual_seed(8);
  const MotionClips clips{at::randn({2, 6, maps_of_a_pair, 16, 16}), at::tensor({6, 4}, at::kLong)};
  const at::Tensor here = encoder->embed(clips), there = encoder->embed(clips.mirrored());
  const int64_t ways = small().motion_channels, rest = here.size(1) - ways;
  EXPECT_TRUE(at::allclose(here.narrow(1, 0, rest), there.narrow(1, 0, rest), 1e-5, 1e-6));
  EXPECT_TRUE(at::allclose(here.narrow(1, rest, ways), -there.narrow(1, rest, ways), 1e-4, 1e-6));
  EXPECT_GT(here.narrow(1, rest, ways).abs().max().item<double>(), 1e-3);
}

TEST(Contrast, loss_is_minus_log_of_the_partners_share) {
  // Two clips; views of one are equal, of different clips orthogonal.
  const at::Tensor views = at::tensor({1.0f, 0.0f, 0.0f, 1.0f, 1.0f, 0.0f, 0.0f, 1.0f}).view({4, 2});
  const at::Tensor losses = contrast_losses(views, 0.5);
  const double expected = -std::log(std::exp(2.0) / (std::exp(2.0) + 2));
  for (int64_t i = 0; i < 4; ++i) EXPECT_NEAR(losses[i].item<double>(), expected, 1e-6);
  const at::Tensor wrong =
      contrast_losses(views.roll(1, 0).narrow(0, 0, 4).index_select(0, at::tensor({0, 0, 1, 1})), 0.5);
  EXPECT_GT(wrong.mean().item<double>(), expected);
}

TEST(MotionDataset, views_depend_on_the_step_and_the_seed_alone) {
  const testing::TemporaryFolder folder;
  const auto files = testing::moving_square_files(folder.path(), 4, 12);
  const MotionDataset kept(files, small()), read(files, small(), /*memory_budget=*/0);
  kept.views(7, 1);
  const MotionViews one = kept.views(3, 1), same = read.views(3, 1), other = kept.views(4, 1);
  EXPECT_TRUE(at::equal(one.clips.maps, same.clips.maps));
  EXPECT_FALSE(at::equal(one.clips.maps, other.clips.maps));
  EXPECT_EQ(one.clips.maps.sizes(), (std::vector<int64_t>{12, 4, 5, 16, 16}));  // 3 videos, 2 speeds, 2 views
  ASSERT_EQ(one.files.size(), 6u);
  EXPECT_EQ(one.files[0], one.files[1]) << "two speeds of one video";
  EXPECT_NE(one.files[0], one.files[2]);
}

}  // namespace
}  // namespace foreview
