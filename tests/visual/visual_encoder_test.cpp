#include "visual/visual_encoder.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "foreview/error.h"
#include "moving_squares.h"
#include "support/temporary_folder.h"
#include "visual/autoencoder.h"
#include "visual/grey_video.h"
#include "visual/motion_encoder.h"
#include "visual/training_checkpoint.h"
#include "visual/visual_weights.h"

namespace foreview {
namespace {

PretrainOptions options() {
  PretrainOptions options;
  options.bottleneck = 32;
  options.hidden_channels = 8;
  options.motion_channels = 4;
  options.motion_size = 32;
  return options;
}

// Untrained weights serve: these tests are about what goes in and out.
std::filesystem::path write_weights(const std::filesystem::path& folder, uint64_t seed) {
  Autoencoder network(options(), seed);
  MotionEncoder motion(options(), seed);
  VisualWeights weights{.options = options(), .seed = seed, .result = {}, .tensors = {}};
  add_module_tensors(*network, model_prefix, weights.tensors);
  NamedTensors all;
  add_module_tensors(*motion, motion_prefix, all);
  for (const auto& [name, tensor] : all)
    if (!name.starts_with("motion.head")) weights.tensors[name] = tensor;
  const auto file = folder / ("visual" + std::to_string(seed) + ".safetensors");
  save_visual_weights(file, weights);
  return file;
}

class Encoder : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { configure_torch(2); }
  testing::TemporaryFolder folder_;
  VisualEncoder encoder_{write_weights(folder_.path(), 1), Device{}};
};

TEST_F(Encoder, one_vector_a_clip_with_its_seconds) {
  const TimedVectors vectors = encoder_.embed(testing::moving_square(3, 20));
  const int dimension = 32 + motion_dimension(options());
  EXPECT_EQ(encoder_.dimension(), dimension);
  ASSERT_EQ(vectors.count(), 2u);
  EXPECT_EQ(vectors.values.size(), 2u * static_cast<size_t>(dimension));
  EXPECT_DOUBLE_EQ(vectors.spans[0][0], 0.0);
  EXPECT_DOUBLE_EQ(vectors.spans[0][1], 4.0);
  EXPECT_DOUBLE_EQ(vectors.spans[1][0], 2.0);
  EXPECT_DOUBLE_EQ(vectors.spans[1][1], 5.0);
  EXPECT_EQ(encoder_.embed({}).count(), 0u);
}

TEST_F(Encoder, movement_is_the_mean_of_three_distances) {
  const at::NoGradGuard no_gradients;
  const Frames frames = testing::moving_square(3, 16);
  const GreyVideo video = grey_square(frames, options().motion_size);
  const int64_t size = video.size;
  at::Tensor grey = at::empty({1, 16, size, size}, at::kByte);
  std::copy(video.pixels.begin(), video.pixels.end(), grey.data_ptr<uint8_t>());
  grey = grey.to(at::kFloat) / 255;
  const auto nearer = [&](int64_t margin) {
    return at::upsample_bilinear2d(grey.narrow(2, margin, size - 2 * margin).narrow(3, margin, size - 2 * margin),
                                   {size, size}, /*align_corners=*/false);
  };
  MotionEncoder motion(options(), 1);
  const auto embedded = [&](const at::Tensor& pixels) {
    return motion->embed(motion_clips(pixels, at::full({1}, 16, at::kLong)))[0];
  };
  const at::Tensor expected = (embedded(grey) + embedded(nearer(3)) + embedded(nearer(5))) / 3;  // of 32 pixels
  const TimedVectors vectors = encoder_.embed(frames);
  for (int64_t i = 0; i < expected.size(0); ++i)
    EXPECT_NEAR(vectors.row(0)[32 + static_cast<size_t>(i)], expected[i].item<double>(), 1e-5) << i;
}

TEST_F(Encoder, a_clip_depends_on_its_frames_alone) {
  const Frames longer = testing::moving_square(3, 20);
  Frames shorter = longer;
  shorter.times.resize(16);
  shorter.pixels.resize(longer.pixels.size() / 20 * 16);
  const TimedVectors many = encoder_.embed(longer), one = encoder_.embed(shorter);
  ASSERT_EQ(one.count(), 1u);
  for (size_t i = 0; i < static_cast<size_t>(encoder_.dimension()); ++i) EXPECT_EQ(many.row(0)[i], one.row(0)[i]);
}

TEST_F(Encoder, letterbox_borders_do_not_matter) {
  Frames frames = testing::moving_square(4, 16);
  frames.content_box = {0, 32, 72, 64};
  const TimedVectors before = encoder_.embed(frames);
  for (size_t i = 0; i < size_t{72} * 3 * 32; ++i) frames.pixels[i] = static_cast<uint8_t>(255 - frames.pixels[i]);
  EXPECT_EQ(encoder_.embed(frames).values, before.values);
  frames.pixels[size_t{72} * 3 * 64] ^= 0x80;  // but the picture does
  EXPECT_NE(encoder_.embed(frames).values, before.values);
}

TEST_F(Encoder, fingerprint_is_of_the_weights) {
  const VisualEncoder same(write_weights(folder_.path(), 1), Device{}),
      other(write_weights(folder_.path(), 2), Device{});
  EXPECT_EQ(encoder_.fingerprint(), same.fingerprint());
  EXPECT_NE(encoder_.fingerprint(), other.fingerprint());
}

TEST_F(Encoder, reconstruction_shows_frames_of_the_first_clip) {
  const Reconstruction shown = encoder_.reconstruct(testing::moving_square(3, 20), 4);
  ASSERT_EQ(shown.original.size(), 4u);
  ASSERT_EQ(shown.reconstructed.size(), 4u);
  EXPECT_EQ(shown.original[0].width, 36);
  EXPECT_EQ(shown.original[0].height, 64);
  EXPECT_EQ(shown.reconstructed[3].pixels.size(), size_t{36 * 64 * 3});
  const ScaledVideo scaled = scale_frames(testing::moving_square(3, 20), 36, 64);
  EXPECT_TRUE(std::equal(shown.original[0].pixels.begin(), shown.original[0].pixels.end(), scaled.pixels.begin()));
  EXPECT_TRUE(encoder_.reconstruct({}, 4).original.empty());
  EXPECT_EQ(encoder_.reconstruct(testing::moving_square(3, 2), 4).original.size(), 2u);
}

TEST(AutoencoderNetwork, embedding_is_independent_of_batch_mates) {
  const at::NoGradGuard no_gradients;
  std::vector<ScaledVideo> videos;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    videos.push_back(scale_frames(testing::moving_square(seed, seed == 2 ? 5 : 16), 36, 64));
  }
  std::vector<ClipView> views;
  for (const ScaledVideo& video : videos) views.push_back({.video = &video});
  Autoencoder network(options(), 1);
  const at::Tensor together = network->encode(make_clip_batch(views, 16));
  for (size_t i = 0; i < views.size(); ++i) {
    const at::Tensor alone = network->encode(make_clip_batch(std::span(&views[i], 1), 16));
    EXPECT_TRUE(at::allclose(together[static_cast<int64_t>(i)], alone[0], 1e-4, 1e-5)) << i;
  }
}

TEST(AutoencoderNetwork, what_padding_holds_does_not_matter) {
  const at::NoGradGuard no_gradients;
  const ScaledVideo video = scale_frames(testing::moving_square(1, 5), 36, 64);
  const ClipView view{.video = &video};
  ClipBatch clip = make_clip_batch(std::span(&view, 1), 16);
  Autoencoder network(options(), 1);
  const at::Tensor bottleneck = network->encode(clip), decoded = network->decode(bottleneck);
  const double error = reconstruction_errors(decoded, clip).mean().item<double>();
  const double mean_frame = mean_frame_errors(clip).mean().item<double>();
  clip.pixels.narrow(1, 5, 11).fill_(0.9);
  EXPECT_TRUE(at::equal(network->encode(clip), bottleneck));
  EXPECT_EQ(reconstruction_errors(decoded, clip).mean().item<double>(), error);
  EXPECT_EQ(mean_frame_errors(clip).mean().item<double>(), mean_frame);
}

TEST(AutoencoderNetwork, initialisation_depends_on_the_seed_alone) {
  torch::manual_seed(1);
  Autoencoder first(options(), 5);
  torch::manual_seed(2);
  Autoencoder second(options(), 5), third(options(), 6);
  const auto a = first->named_parameters(), b = second->named_parameters(), c = third->named_parameters();
  bool differs = false;
  for (const auto& item : a) {
    EXPECT_TRUE(at::equal(item.value(), b[item.key()])) << item.key();
    differs = differs || !at::equal(item.value(), c[item.key()]);
  }
  EXPECT_TRUE(differs);
}

TEST(AutoencoderNetwork, begins_as_a_blurred_still_picture) {
  const at::NoGradGuard no_gradients;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const ScaledVideo video = scale_frames(testing::moving_square(seed, 12), 36, 64);
    const ClipView view{.video = &video};
    const ClipBatch clip = make_clip_batch(std::span(&view, 1), 16);
    PretrainOptions wide = options();
    wide.bottleneck = 256;
    Autoencoder network(wide, seed);
    const double error = reconstruction_errors(network->decode(network->encode(clip)), clip).mean().item<double>();
    EXPECT_LT(error, 1.3 * mean_frame_errors(clip).mean().item<double>()) << seed;
  }
}

TEST(AutoencoderNetwork, future_is_what_follows_the_clip) {
  const ScaledVideo video = scale_frames(testing::moving_square(1, 10), 36, 64);
  const ClipView views[2] = {{.video = &video}, {.video = &video, .start = 5}};
  const ClipBatch clips = make_clip_batch(views, 4, 3), later = make_clip_batch(std::span(&views[1], 1), 4, 3);
  EXPECT_TRUE(at::equal(clips.future_counts, at::tensor({3, 1}, at::kLong)));
  EXPECT_TRUE(at::equal(clips.future[0][1], later.pixels[0][0])) << "frame 5";
  at::Tensor foretold = clips.future.clone();
  foretold[1].narrow(0, 1, 2).fill_(3.0);  // past the video's end
  EXPECT_EQ(future_errors(foretold, clips).mean().item<double>(), 0.0);
  EXPECT_GT(future_last_frame_errors(clips).mean().item<double>(), 0.0);
}

TEST(AutoencoderNetwork, changes_are_from_frame_to_frame) {
  const ScaledVideo video = scale_frames(testing::moving_square(1, 3), 36, 64);
  const ClipView view{.video = &video};
  const ClipBatch clip = make_clip_batch(std::span(&view, 1), 6), changes = clip.differences();
  EXPECT_EQ(changes.frame_counts.item<int64_t>(), 2);
  EXPECT_TRUE(at::equal(changes.pixels[0][1], clip.pixels[0][2] - clip.pixels[0][1]));
  const ScaledVideo still = scale_frames(testing::moving_square(1, 1), 36, 64);
  const ClipView alone{.video = &still};
  const ClipBatch none = make_clip_batch(std::span(&alone, 1), 6).differences();
  EXPECT_EQ(none.frame_counts.item<int64_t>(), 1);
  EXPECT_EQ(none.pixels.abs().max().item<double>(), 0.0);
}

TEST(AutoencoderNetwork, decoder_gives_the_last_frame_first) {
  const ScaledVideo video = scale_frames(testing::moving_square(1, 16), 36, 64);
  const ClipView view{.video = &video};
  const ClipBatch clip = make_clip_batch(std::span(&view, 1), 16);
  EXPECT_EQ(reconstruction_errors(clip.pixels.flip(1), clip).mean().item<double>(), 0.0);
  EXPECT_GT(reconstruction_errors(clip.pixels, clip).mean().item<double>(), 0.0);
}

}  // namespace
}  // namespace foreview
