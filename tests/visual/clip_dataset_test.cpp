#include "visual/clip_dataset.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <map>

#include "moving_squares.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

using testing::TemporaryFolder;

TEST(FrameScaling, small_pixels_are_means_of_what_they_cover) {
  Frames frames{.width = 4, .height = 3, .pixels = {}, .times = {0}, .content_box = {0, 0, 4, 3}};
  for (int i = 0; i < 12; ++i) frames.pixels.insert(frames.pixels.end(), {uint8_t(i * 10), uint8_t(i), 7});
  const ScaledVideo half = scale_frames(frames, 2, 1);
  ASSERT_EQ(half.pixels.size(), 6u);
  EXPECT_EQ(half.pixels[0], 45);  // mean of 0 1 4 5 8 9, times 10
  EXPECT_EQ(half.pixels[2], 7);
  EXPECT_EQ(half.pixels[3], 65);
  const ScaledVideo larger = scale_frames(frames, 9, 7);
  EXPECT_EQ(larger.pixels[0], 0);
  EXPECT_EQ(larger.pixels[(9 * 7 - 1) * 3], 110);
}

TEST(FrameScaling, letterbox_borders_are_known) {
  Frames frames{.width = 4, .height = 4, .pixels = std::vector<uint8_t>(48), .times = {0}, .content_box = {0, 1, 4, 3}};
  EXPECT_EQ(scale_frames(frames, 2, 2).picture, (std::vector<uint8_t>{0, 0, 1, 1}));
  frames.content_box = {0, 1, 4, 1};  // thinner than a small pixel
  EXPECT_EQ(scale_frames(frames, 2, 2).picture, (std::vector<uint8_t>{1, 1, 0, 0}));
}

TEST(ClipStarts, cover_every_frame) {
  EXPECT_EQ(clip_starts(0, 16, 8), std::vector<int>{});
  EXPECT_EQ(clip_starts(1, 16, 8), std::vector<int>{0});
  EXPECT_EQ(clip_starts(16, 16, 8), std::vector<int>{0});
  EXPECT_EQ(clip_starts(17, 16, 8), (std::vector<int>{0, 8}));
  EXPECT_EQ(clip_starts(32, 16, 8), (std::vector<int>{0, 8, 16}));
  EXPECT_EQ(clip_starts(9, 2, 8), (std::vector<int>{0, 8}));
}

TEST(ClipBatch, reverses_frames_and_leaves_padding) {
  const ScaledVideo video{.width = 2, .height = 1, .frames = 3, .pixels = std::vector<uint8_t>(18), .picture = {1, 0}};
  ScaledVideo numbered = video;
  for (size_t t = 0; t < 3; ++t)
    std::fill_n(numbered.pixels.begin() + static_cast<std::ptrdiff_t>(t * 6), 6, 51 * (t + 1));
  const ClipView view{.video = &numbered, .start = 0};
  const ClipBatch batch = make_clip_batch(std::span(&view, 1), 4);
  const auto left = [](const at::Tensor& pixels) { return pixels.select(4, 0).select(3, 0).select(2, 0)[0]; };
  EXPECT_TRUE(at::allclose(left(batch.pixels), at::tensor({0.2f, 0.4f, 0.6f, 0.5f})));
  EXPECT_TRUE(at::allclose(left(batch.reversed_pixels()), at::tensor({0.6f, 0.4f, 0.2f, 0.5f})));
  EXPECT_TRUE(batch.pixels.select(4, 1).eq(0.5).all().item<bool>()) << "borders are grey";
  EXPECT_EQ(batch.frame_counts.item<int64_t>(), 3);
  const ClipView mirrored{.video = &numbered, .start = 0, .mirrored = true};
  const ClipBatch other = make_clip_batch(std::span(&mirrored, 1), 4);
  EXPECT_TRUE(at::equal(other.pixels, batch.pixels.flip(4)));
  EXPECT_TRUE(at::equal(other.picture, batch.picture.flip(3)));
}

class Dataset : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  PretrainOptions options_;
  std::vector<std::filesystem::path> files_ = testing::moving_square_files(folder_.path(), 3, 20);
};

TEST_F(Dataset, each_epoch_takes_every_clip_once) {
  ClipDataset data(files_, options_);
  ASSERT_EQ(data.clip_count(), 6u);
  std::map<size_t, int> uses;
  for (uint64_t position = 6; position < 12; ++position) ++uses[data.training_clip(position, 1).video];
  for (size_t video = 0; video < 3; ++video) EXPECT_EQ(uses[video], 2);
}

TEST_F(Dataset, training_sequence_can_be_entered_anywhere) {
  ClipDataset straight(files_, options_), resumed(files_, options_);
  std::vector<ClipRequest> all;
  for (uint64_t position = 0; position < 40; ++position) all.push_back(straight.training_clip(position, 9));
  bool varied = false;
  for (uint64_t position = 17; position < 40; ++position) {
    const ClipRequest clip = resumed.training_clip(position, 9);
    EXPECT_EQ(clip.video, all[position].video);
    EXPECT_EQ(clip.start, all[position].start);
    EXPECT_EQ(clip.mirrored, all[position].mirrored);
    varied = varied || clip.mirrored;
  }
  EXPECT_TRUE(varied);
}

TEST_F(Dataset, videos_beyond_the_memory_budget_are_read_again) {
  const ClipDataset kept(files_, options_), read(files_, options_, /*memory_budget=*/0);
  const std::vector<ClipRequest> clips{kept.grid_clip(5), kept.grid_clip(0)};
  EXPECT_TRUE(at::equal(kept.batch(clips).pixels, read.batch(clips).pixels));
}

TEST_F(Dataset, videos_without_pictures_give_no_clips) {
  write_tracks(folder_.path() / "sound.safetensors",
               {.frames = {}, .waveform = Waveform{.samples = {0, 0}}, .duration = 1, .notes = {}});
  const ClipDataset data({folder_.path() / "sound.safetensors"}, options_);
  EXPECT_EQ(data.clip_count(), 0u);
}

}  // namespace
}  // namespace foreview
