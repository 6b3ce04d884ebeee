#include "visual/view_readout.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "media/tracks.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

// Two numbers that tell clips apart, one that differs between the views alone, one that is 7 but for
// rounding.
struct Views {
  at::Tensor first, second;
};

Views noisy_views() {
  torch::manual_seed(7);
  const int64_t clips = 4000;
  const at::Tensor signal = at::randn({clips, 2}), constant = 7 + 1e-6 * at::randn({clips, 1});
  const auto view = [&] { return at::cat({signal + 0.1 * at::randn({clips, 2}), at::randn({clips, 1}), constant}, 1); };
  return {view(), view()};
}

at::Tensor read(const Readout& readout, const at::Tensor& vectors) {
  return (vectors.to(at::kDouble) - readout.mean).matmul(readout.map);
}

TEST(InvariantReadout, what_differs_between_views_counts_less) {
  const Views views = noisy_views();
  const Readout readout = invariant_readout(views.first, views.second);
  const at::Tensor deviation = read(readout, views.first).std(0, false);
  // Variances within a pair, over those of all views: 0.01 / 1.01 twice and 1; their mean is w. Then 1 / (v / w + 0.3).
  const double quiet = 0.01 / 1.01, w = (2 * quiet + 1) / 3;
  EXPECT_NEAR(deviation[0].item<double>(), 1 / std::sqrt(quiet / w + 0.3), 0.06);
  EXPECT_NEAR(deviation[1].item<double>(), 1 / std::sqrt(quiet / w + 0.3), 0.06);
  EXPECT_NEAR(deviation[2].item<double>(), 1 / std::sqrt(1 / w + 0.3), 0.03);
  EXPECT_EQ(deviation[3].item<double>(), 0.0) << "rounding says nothing";
  EXPECT_NEAR(read(readout, at::cat({views.first, views.second}, 0)).mean(0).abs().max().item<double>(), 0.0, 1e-9);
}

TEST(InvariantReadout, directions_are_found_that_no_single_number_has) {
  torch::manual_seed(8);
  const at::Tensor signal = at::randn({4000, 1}), tilt = at::tensor({1.0f, 1.0f}).view({1, 2});
  const auto view = [&] {  // both numbers carry the signal, and noise that is the same in both with opposite signs
    return signal * tilt + at::randn({4000, 1}) * at::tensor({2.0f, -2.0f}).view({1, 2});
  };
  const at::Tensor first = view(), second = view();
  const Readout readout = invariant_readout(first, second);
  const auto share_of_signal = [&](const at::Tensor& vectors) {
    const at::Tensor centred = vectors - vectors.mean(0), s = signal.to(at::kDouble);
    return ((centred * s).mean(0).square() / s.square().mean() / centred.square().mean(0)).min().item<double>();
  };
  EXPECT_LT(share_of_signal(first.to(at::kDouble)), 0.25);
  EXPECT_GT(share_of_signal(read(readout, first)), 0.45);
  EXPECT_LT((readout.map - readout.map.t()).abs().max().item<double>(), 0.02) << "near enough the same deviations";
}

TEST(InvariantReadout, equal_views_change_the_units_alone) {
  torch::manual_seed(9);
  const at::Tensor vectors = at::randn({50, 3}) * at::tensor({1.0f, 10.0f, 0.0f});
  const Readout readout = invariant_readout(vectors, vectors);
  const at::Tensor deviation = read(readout, vectors).std(0, false);
  EXPECT_NEAR(deviation[0].item<double>(), 1, 1e-6);
  EXPECT_NEAR(deviation[1].item<double>(), 1, 1e-6);
  EXPECT_EQ(deviation[2].item<double>(), 0.0);
}

// A pattern of grey cells that slides at a speed of its own over the whole picture, 64 x 64, 4 frames a second.
Frames sliding_pattern(uint64_t seed, int count) {
  constexpr int side = 64, cell = 8;
  Random random(seed);
  Frames frames{.width = side, .height = side, .pixels = {}, .times = {}, .content_box = {0, 0, side, side}};
  uint8_t cells[side / cell][side / cell];
  for (auto& row : cells)
    for (uint8_t& level : row) level = static_cast<uint8_t>(random.uniform(20, 235));
  const double right = random.uniform(-3, 3), down = random.uniform(-3, 3);
  for (int t = 0; t < count; ++t) {
    const auto offset = [&](double speed) { return static_cast<int>(speed * t) + 100 * side; };
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x)
        frames.pixels.insert(frames.pixels.end(), 3,
                             cells[(y + offset(down)) % side / cell][(x + offset(right)) % side / cell]);
    frames.times.push_back(t / 4.0);
  }
  return frames;
}

class FittedReadout : public ::testing::Test {
 protected:
  FittedReadout() {
    options_.motion_size = 32;
    options_.motion_channels = 4;
    options_.contrast_batch = 3;
    options_.clip_frames = 6;
  }
  // Of the embedding: variance between views of a clip over the variance of all, mean of the numbers that vary.
  static double within_share(MotionEncoder& network, const MotionDataset& videos) {
    const at::NoGradGuard no_gradients;
    std::vector<at::Tensor> differences, all;
    for (uint64_t step = 0; step < 20; ++step) {
      const at::Tensor vectors = network->embed(videos.same_frames(step, 99).clips);
      differences.push_back(vectors.narrow(0, 0, 3) - vectors.narrow(0, 3, 3));
      all.push_back(vectors);
    }
    const at::Tensor within = at::cat(differences, 0).square().mean() / 2;
    return (within / at::cat(all, 0).var(0, false).mean()).item<double>();
  }
  std::vector<std::filesystem::path> files(int videos, int frames) const {
    std::vector<std::filesystem::path> result;
    for (int i = 0; i < videos; ++i) {
      result.push_back(folder_.path() / (std::to_string(i) + ".safetensors"));
      write_tracks(result.back(), {.frames = sliding_pattern(static_cast<uint64_t>(i), frames),
                                   .waveform = {},
                                   .duration = frames / 4.0,
                                   .notes = {}});
    }
    return result;
  }
  testing::TemporaryFolder folder_;
  PretrainOptions options_;
};

TEST_F(FittedReadout, embeddings_of_views_come_nearer) {
  const MotionDataset videos(files(8, 12), options_);
  MotionEncoder raw(options_, 1), standard(options_, 1), read(options_, 1);
  fit_readout(read, videos, 200, 5, Device{});
  fit_readout(raw, videos, 0, 5, Device{});
  const MotionClips clips = videos.same_frames(0, 3).clips;
  const at::Tensor here = raw->statistics(clips), there = raw->statistics(clips.mirrored());
  const at::Tensor halves = at::cat({here + there, (here - there).narrow(1, 0, options_.motion_channels)}, 1) / 2;
  EXPECT_TRUE(at::allclose(raw->embed(clips), halves, 1e-5, 1e-6)) << "no pairs, no readout";
  EXPECT_TRUE(at::equal(read->statistics(clips), raw->statistics(clips)));
  // Deviations alone would bring them to this share.
  const at::NoGradGuard no_gradients;
  std::vector<at::Tensor> vectors;
  for (uint64_t step = 0; step < 60; ++step) vectors.push_back(raw->statistics(videos.same_frames(step, 5).clips));
  const at::Tensor all = at::cat(vectors, 0), deviation = all.std(0, false);
  standard->set_readout(all.mean(0), at::where(deviation.gt(1e-9), deviation.reciprocal(), 0 * deviation).diag());
  EXPECT_LT(within_share(read, videos), 0.7 * within_share(standard, videos));
}

TEST_F(FittedReadout, depends_on_the_seed_and_the_number_of_pairs_alone) {
  const MotionDataset videos(files(4, 12), options_);
  MotionEncoder one(options_, 1), same(options_, 1), other(options_, 1);
  fit_readout(one, videos, 20, 5, Device{});
  fit_readout(same, videos, 20, 5, Device{});
  fit_readout(other, videos, 20, 6, Device{});
  const MotionClips clips = videos.same_frames(0, 3).clips;
  const at::NoGradGuard no_gradients;
  EXPECT_TRUE(at::equal(one->embed(clips), same->embed(clips)));
  EXPECT_FALSE(at::equal(one->embed(clips), other->embed(clips)));
}

TEST_F(FittedReadout, views_show_the_same_frames) {
  const MotionDataset videos(files(4, 9), options_);
  double same = 0, other = 0;
  for (uint64_t step = 0; step < 10; ++step) {
    const MotionViews views = videos.same_frames(step, 1);
    ASSERT_EQ(views.files.size(), 3u);
    ASSERT_EQ(views.clips.maps.sizes(), (std::vector<int64_t>{6, 5, 5, 32, 32}));
    EXPECT_EQ(views.clips.counts.min().item<int64_t>(), 5);
    const at::Tensor rows = views.clips.maps.flatten(1), unit = rows / rows.norm(2, 1, /*keepdim=*/true);
    const at::Tensor alike = unit.narrow(0, 0, 3).matmul(unit.narrow(0, 3, 3).t());
    EXPECT_FALSE(at::equal(rows[0], rows[3]));
    same += alike.trace().item<double>() / 30;
    other += (alike.sum() - alike.trace()).item<double>() / 60;
  }
  EXPECT_GT(same, 0.2) << "the same movement";
  EXPECT_LT(std::abs(other), 0.1);
}

}  // namespace
}  // namespace foreview
