#include "visual/motion_clips.h"

#include <gtest/gtest.h>

#include <cmath>

namespace foreview {
namespace {

TEST(MotionClips, are_differences_over_the_local_contrast) {
  torch::manual_seed(3);
  const at::Tensor scene = at::rand({1, 1, 16, 16}) * 0.4, moved = scene.roll(1, 3);
  const MotionClips clips = motion_clips(at::cat({scene, moved, moved}, 1), at::tensor({3}, at::kLong));
  EXPECT_EQ(clips.maps.sizes(), (std::vector<int64_t>{1, 2, 5, 16, 16}));
  EXPECT_EQ(clips.counts.item<int64_t>(), 2);
  EXPECT_GT(clips.maps[0][0][0].abs().mean().item<double>(), 0.3);
  EXPECT_EQ(clips.maps[0][1].abs().max().item<double>(), 0.0) << "nothing moved";
  EXPECT_LE(clips.maps.abs().max().item<double>(), 3.0);
  const MotionClips brighter = motion_clips(at::cat({scene, moved, moved}, 1) * 2, at::tensor({3}, at::kLong));
  const double ratio =
      brighter.maps[0][0][0].abs().mean().item<double>() / clips.maps[0][0][0].abs().mean().item<double>();
  EXPECT_LT(ratio, 1.2) << "twice the light is not twice the movement";
}

// A pattern that slides moves against its normal flow, along the axis it slides on.
TEST(MotionClips, tell_which_way_things_move) {
  torch::manual_seed(4);
  const at::Tensor scene = at::avg_pool2d(at::rand({1, 1, 18, 18}), 3, 1);
  const auto flow_of = [](const at::Tensor& before, const at::Tensor& after) {
    const at::Tensor maps = motion_clips(at::cat({before, after}, 1), at::tensor({2}, at::kLong)).maps[0][0];
    return std::pair(maps[1].mean().item<double>(), maps[2].mean().item<double>());
  };
  const at::Tensor right = scene.roll(1, 3), down = scene.roll(1, 2);
  EXPECT_LT(flow_of(scene, right).first, -0.2);
  EXPECT_GT(flow_of(right, scene).first, 0.2);
  EXPECT_LT(flow_of(scene, down).second, -0.2);
  EXPECT_GT(flow_of(down, scene).second, 0.2);
  EXPECT_LT(std::abs(flow_of(scene, right).second), std::abs(flow_of(scene, right).first) / 2);
}

TEST(MotionClips, mirrored_are_those_of_mirrored_frames) {
  torch::manual_seed(6);
  const at::Tensor grey = at::rand({2, 4, 32, 32}), counts = at::tensor({4, 3}, at::kLong);
  const MotionClips clips = motion_clips(grey, counts), mirrored = clips.mirrored();
  EXPECT_TRUE(at::allclose(mirrored.maps, motion_clips(grey.flip({3}), counts).maps, 1e-4, 1e-5));
  EXPECT_TRUE(at::equal(mirrored.counts, clips.counts));
  EXPECT_TRUE(at::equal(mirrored.mirrored().maps, clips.maps));
}

// A spot that leaps by more than its width: pixels see one spot go and another come, cells see which way.
TEST(MotionClips, cells_tell_leaps_that_pixels_cannot) {
  const auto picture = [](int64_t left) {
    const at::Tensor grey = at::full({1, 1, 64, 64}, 0.2f);
    grey.narrow(2, 28, 6).narrow(3, left, 6).fill_(0.9f);
    return grey;
  };
  const auto flows = [&](int64_t from, int64_t to) {  // along x, of pixels and of cells
    const at::Tensor maps =
        motion_clips(at::cat({picture(from), picture(to)}, 1), at::tensor({2}, at::kLong)).maps[0][0];
    return std::pair(maps[1].mean().item<double>(), maps[3].mean().item<double>());
  };
  const auto right = flows(24, 34), left = flows(34, 24);
  EXPECT_LT(right.second, -0.02);
  EXPECT_GT(left.second, 0.02);
  EXPECT_LT(std::abs(right.first), std::abs(right.second) / 4);
  EXPECT_LT(std::abs(left.first), std::abs(left.second) / 4);
}

TEST(MotionClips, cells_share_the_picture_whatever_its_size) {
  torch::manual_seed(6);
  const at::Tensor small = at::rand({1, 3, 16, 16}), counts = at::tensor({3}, at::kLong);
  const at::Tensor large = small.repeat_interleave(4, 2).repeat_interleave(4, 3);
  const at::Tensor cells = motion_clips(small, counts).maps.narrow(2, 3, 2);
  const at::Tensor same = motion_clips(large, counts).maps.narrow(2, 3, 2);
  EXPECT_LT((cells.repeat_interleave(4, 3).repeat_interleave(4, 4) - same).abs().max().item<double>(), 1e-3);
}

}  // namespace
}  // namespace foreview
