#include "media/mp4_writer.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "foreview/error.h"
#include "media/decode.h"
#include "media/media_examples.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

using testing::moving_bar;
using testing::sine;
using testing::write_example;

TEST(Mp4Writer, WhatIsWrittenCanBeDecoded) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "clip.mp4";
  write_example(file, {.width = 72, .height = 128, .frames_per_second = 24, .quality = 12}, 48);
  const Tracks tracks = decode_media(file, {.mode = "exact"});
  ASSERT_TRUE(tracks.frames && tracks.waveform);
  ASSERT_EQ(tracks.frames->count(), 8u);
  EXPECT_EQ(tracks.frames->content_box, (std::array{0, 0, 72, 128}));
  for (size_t k = 0; k < 8; ++k) {
    const std::span<const uint8_t> shown = std::span(tracks.frames->pixels).subspan(k * 72 * 128 * 3, 72 * 128 * 3);
    EXPECT_GT(testing::psnr(shown, moving_bar(72, 128, static_cast<int>(6 * k))), 30) << "sample " << k;
    EXPECT_LT(testing::psnr(shown, moving_bar(72, 128, static_cast<int>(6 * k) + 1)), 30) << "sample " << k;
  }
  EXPECT_NEAR(tracks.waveform->duration(), 2, 0.07);
  EXPECT_GT(testing::snr(sine(440, 16000, 8000), tracks.waveform->samples, 4000, 8000), 15);
}

TEST(Mp4Writer, SameInputGivesSameBytes) {
  const testing::TemporaryFolder folder;
  const auto a = folder.path() / "a.mp4", b = folder.path() / "b.mp4", c = folder.path() / "c.mp4";
  write_example(a, {.width = 36, .height = 64}, 30);
  write_example(b, {.width = 36, .height = 64}, 30);
  write_example(c, {.width = 36, .height = 64}, 31);
  EXPECT_TRUE(read_file(a) == read_file(b));
  EXPECT_FALSE(read_file(a) == read_file(c));
}

TEST(Mp4Writer, BytesDoNotDependOnHowSamplesAreHandedIn) {
  const testing::TemporaryFolder folder;
  const auto whole = folder.path() / "whole.mp4", pieces = folder.path() / "pieces.mp4";
  const Mp4Writer::Options options{.width = 36, .height = 64};
  const std::vector<float> samples = sine(440, options.sample_rate, options.sample_rate);
  Mp4Writer first(whole, options), second(pieces, options);
  first.add_samples(samples);
  for (int i = 0; i < 24; ++i) first.add_frame(moving_bar(36, 64, i));
  for (int i = 0; i < 24; ++i) second.add_frame(moving_bar(36, 64, i));
  for (size_t i = 0; i < samples.size(); i += 777)
    second.add_samples(std::span(samples).subspan(i, std::min<size_t>(777, samples.size() - i)));
  first.finish();
  second.finish();
  EXPECT_TRUE(read_file(whole) == read_file(pieces));
}

TEST(Mp4Writer, NothingIsLeftWithoutFinish) {
  const testing::TemporaryFolder folder;
  {
    Mp4Writer writer(folder.path() / "clip.mp4", {.width = 36, .height = 64});
    writer.add_frame(moving_bar(36, 64, 0));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Mp4Writer, RefusesWhatItCannotWrite) {
  const testing::TemporaryFolder folder;
  EXPECT_THROW(Mp4Writer(folder.path() / "a.mp4", {.width = 35, .height = 64}), Error);
  EXPECT_THROW(Mp4Writer(folder.path() / "missing" / "a.mp4", {.width = 36, .height = 64}), Error);
  Mp4Writer silent(folder.path() / "b.mp4", {.width = 36, .height = 64, .audio = false});
  EXPECT_THROW(silent.add_samples(sine(440, 44100, 100)), Error);
  EXPECT_THROW(silent.add_frame(moving_bar(36, 62, 0)), Error);
  EXPECT_THROW(silent.finish(), Error);
}

}  // namespace
}  // namespace foreview
