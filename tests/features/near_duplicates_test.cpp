#include "features/near_duplicates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

/// Waves that drift over the picture; `seed` decides which.
Frames picture(uint64_t seed, int width = 72, int height = 128, double gain = 1, double noise = 0) {
  Random random(seed), grain(99);
  std::array<std::array<double, 4>, 6> waves{};
  for (auto& wave : waves)
    for (double& number : wave) number = random.uniform();
  Frames frames{.width = width, .height = height, .pixels = {}, .times = {}, .content_box = {0, 0, width, height}};
  for (int t = 0; t < 24; ++t) {
    frames.times.push_back(t / 4.0);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        double value = 128;
        for (const auto& wave : waves)
          value +=
              25 * std::sin(6.28 * (wave[0] * 4 * x / width + wave[1] * 4 * y / height + wave[2] * t / 8 + wave[3]));
        const double level = std::clamp(gain * value + noise * grain.normal(), 0.0, 255.0);
        for (int c = 0; c < 3; ++c) frames.pixels.push_back(static_cast<uint8_t>(level));
      }
  }
  return frames;
}

/// Tones that change every quarter of a second; `skip` seconds are cut off its start.
Waveform tune(uint64_t seed, double seconds = 12, double skip = 0, double noise = 0) {
  Random random(seed), hiss(7);
  Waveform waveform;
  std::vector<double> tones;
  for (int i = 0; i < 4 * 60; ++i) tones.push_back(300 * std::pow(10, random.uniform()));
  for (double t = skip; t < seconds + skip; t += 1.0 / 16000) {
    const double tone = tones[static_cast<size_t>(t * 4)], other = tones[static_cast<size_t>(t * 3) + 60];
    waveform.samples.push_back(static_cast<float>(0.2 * std::sin(6.28318 * tone * t) +
                                                  0.1 * std::sin(6.28318 * other * t) + noise * hiss.normal()));
  }
  return waveform;
}

TrackSignature signed_by(std::optional<Frames> frames, std::optional<Waveform> waveform) {
  return track_signature({.frames = std::move(frames), .waveform = std::move(waveform), .duration = 6, .notes = {}});
}

TEST(NearDuplicates, PicturesSurviveScalingNoiseAndBrightness) {
  const TrackSignature original = signed_by(picture(1), {});
  EXPECT_TRUE(same_pictures(original, signed_by(picture(1, 60, 106, 1.03, 4), {})));
  EXPECT_FALSE(same_pictures(original, signed_by(picture(2), {})));
  EXPECT_FALSE(same_pictures(original, TrackSignature{}));
}

TEST(NearDuplicates, AnotherThingInTheSamePlaceIsNoCopy) {
  Frames walker = picture(1);
  for (size_t t = 0; t < walker.count(); ++t)
    for (int y = 40; y < 90; ++y)
      for (int x = 20; x < 40; ++x)
        for (int c = 0; c < 3; ++c)
          walker.pixels[((t * 128 + static_cast<size_t>(y)) * 72 + static_cast<size_t>(x)) * 3 + c] = 0;
  EXPECT_FALSE(same_pictures(signed_by(picture(1), {}), signed_by(std::move(walker), {})));
}

TEST(NearDuplicates, PlainColoursShowNothing) {
  Frames black = picture(1);
  std::fill(black.pixels.begin(), black.pixels.end(), uint8_t{0});
  const TrackSignature signature = signed_by(black, {});
  EXPECT_TRUE(signature.frames.empty());
  EXPECT_FALSE(same_pictures(signature, signature));
}

TEST(NearDuplicates, SoundSurvivesNoiseAndAShift) {
  const TrackSignature original = signed_by({}, tune(1));
  EXPECT_TRUE(same_sound(original, signed_by({}, tune(1, 12, 0, 0.01))));
  EXPECT_TRUE(same_sound(original, signed_by({}, tune(1, 12, 0.96))));
  EXPECT_FALSE(same_sound(original, signed_by({}, tune(2))));
  EXPECT_FALSE(same_sound(original, signed_by({}, tune(1, 6)))) << "half of it is another video";
}

TEST(NearDuplicates, SilenceIsNoSound) {
  Waveform silent;
  silent.samples.assign(16000 * 10, 0.0F);
  const TrackSignature signature = signed_by({}, silent);
  EXPECT_FALSE(same_sound(signature, signature));
}

TEST(NearDuplicates, GroupsAreCalledByTheFirstPosted) {
  std::vector<SignedContent> contents = {
      {"a", std::nullopt, signed_by(picture(1), tune(10))},
      {"b", 500, signed_by(picture(1, 72, 128, 1, 3), tune(11))},  // looks like a
      {"c", 100, signed_by(picture(2), tune(11, 12, 0, 0.01))},    // sounds like b
      {"d", 5, signed_by(picture(3), tune(12))},
  };
  const auto groups = near_duplicates(contents);
  EXPECT_EQ(groups, (std::map<std::string, std::string>{{"a", "c"}, {"b", "c"}, {"c", "c"}}));
  std::reverse(contents.begin(), contents.end());
  EXPECT_EQ(near_duplicates(contents), groups);
}

TEST(NearDuplicates, SignaturesAreStored) {
  const testing::TemporaryFolder folder;
  const TrackSignature signature = signed_by(picture(1), tune(1));
  write_signature(folder.path() / "s.safetensors", signature);
  const TrackSignature again = read_signature(folder.path() / "s.safetensors");
  EXPECT_EQ(again.sound, signature.sound);
  ASSERT_EQ(again.frames.size(), signature.frames.size());
  EXPECT_EQ(again.frames.back().hash, signature.frames.back().hash);
  EXPECT_EQ(again.frames.back().cells, signature.frames.back().cells);
}

}  // namespace
}  // namespace foreview
