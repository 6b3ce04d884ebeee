#include "media/tracks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <tuple>

#include "core/files.h"
#include "core/random.h"
#include "core/safetensors.h"
#include "foreview/error.h"
#include "media/media_examples.h"
#include "media/track_reader.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

Tracks example() {
  Tracks tracks;
  tracks.frames = Frames{.width = 2,
                         .height = 4,
                         .pixels = std::vector<uint8_t>(2 * 4 * 2 * 3),
                         .times = {0, 0.25},
                         .content_box = {0, 1, 2, 2}};
  for (size_t i = 0; i < tracks.frames->pixels.size(); ++i) tracks.frames->pixels[i] = static_cast<uint8_t>(5 * i);
  tracks.waveform = Waveform{.sample_rate = 16000, .samples = {0.5F, -0.25F, 0}, .start = 0.1};
  tracks.duration = 0.1 + 3.0 / 16000;
  tracks.notes = {"of the \"video\" track only a part"};
  return tracks;
}

TEST(Tracks, ComeBackAsTheyWereWritten) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "t.safetensors";
  const Tracks written = example();
  write_tracks(file, written);
  const Tracks read = read_tracks(file);
  ASSERT_TRUE(read.frames && read.waveform);
  EXPECT_EQ(read.frames->width, 2);
  EXPECT_EQ(read.frames->height, 4);
  EXPECT_GE(testing::psnr(read.frames->pixels, written.frames->pixels), 42);
  EXPECT_EQ(read.frames->times, written.frames->times);
  EXPECT_EQ(read.frames->content_box, written.frames->content_box);
  EXPECT_EQ(read.waveform->samples, written.waveform->samples);  // whole steps of 16 bits
  EXPECT_EQ(read.waveform->start, written.waveform->start);
  EXPECT_EQ(read.duration, written.duration);
  EXPECT_EQ(read.notes, written.notes);
}

TEST(Tracks, AMissingTrackStaysMissing) {
  const testing::TemporaryFolder folder;
  Tracks tracks = example();
  tracks.frames.reset();
  write_tracks(folder.path() / "a", tracks);
  EXPECT_FALSE(read_tracks(folder.path() / "a").frames);
  tracks = example();
  tracks.waveform.reset();
  write_tracks(folder.path() / "b", tracks);
  EXPECT_FALSE(read_tracks(folder.path() / "b").waveform);
}

TEST(Tracks, DamageIsRefusedByName) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "t.safetensors";
  write_tracks(file, example());
  const SafetensorsFile good = read_safetensors(file);
  const auto expect_refused = [&](const std::string& word, const std::function<void(SafetensorsFile&)>& damage) {
    SafetensorsFile bad = good;
    damage(bad);
    write_safetensors(file, bad);
    try {
      read_tracks(file);
      FAIL() << "accepted although damaged: " << word;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(file.string()), std::string::npos) << error.what();
    }
  };
  const std::vector<double> falling = {0.25, 0}, nan = {0, NAN}, one = {0};
  const std::vector<int32_t> outside = {1, 0, 2, 2}, overflow = {INT32_MAX, 0, INT32_MAX, 2}, huge = {30000, 30000},
                             other = {4, 2};
  const std::vector<int64_t> falling_ends = {400, 300}, far_ends = {300, int64_t{1} << 40}, many = {int64_t{1} << 40};
  expect_refused("format", [](auto& bad) { bad.metadata["format"] = "foreview-tracks-1"; });
  expect_refused("format", [](auto& bad) { bad.metadata.clear(); });
  expect_refused("duration", [](auto& bad) { bad.metadata["duration"] = "nan"; });
  expect_refused("notes", [](auto& bad) { bad.metadata["notes"] = "[1]"; });
  expect_refused("sample_rate", [](auto& bad) { bad.metadata["sample_rate"] = "8000"; });
  expect_refused("frame_times", [](auto& bad) { bad.tensors.erase("frame_times"); });
  expect_refused("frame_times", [&](auto& bad) { bad.tensors["frame_times"] = StoredTensor::from({1}, one.data()); });
  expect_refused("frame_times",
                 [&](auto& bad) { bad.tensors["frame_times"] = StoredTensor::from({2}, falling.data()); });
  expect_refused("frame_times", [&](auto& bad) { bad.tensors["frame_times"] = StoredTensor::from({2}, nan.data()); });
  expect_refused("frame_ends", [](auto& bad) { bad.tensors.erase("frame_ends"); });
  expect_refused("frame_ends",
                 [&](auto& bad) { bad.tensors["frame_ends"] = StoredTensor::from({2}, falling_ends.data()); });
  expect_refused("frame_ends",
                 [&](auto& bad) { bad.tensors["frame_ends"] = StoredTensor::from({2}, far_ends.data()); });
  expect_refused("frame_jpeg", [](auto& bad) { bad.tensors["frame_jpeg"].type = DataType::i8; });
  expect_refused("frame_size", [&](auto& bad) { bad.tensors["frame_size"] = StoredTensor::from({2}, huge.data()); });
  expect_refused("content_box",
                 [&](auto& bad) { bad.tensors["content_box"] = StoredTensor::from({4}, outside.data()); });
  expect_refused("content_box",
                 [&](auto& bad) { bad.tensors["content_box"] = StoredTensor::from({4}, overflow.data()); });
  expect_refused("frame 0", [&](auto& bad) {
    bad.tensors["frame_size"] = StoredTensor::from({2}, other.data());
    bad.tensors["content_box"].bytes.assign(16, '\1');
    bad.tensors["content_box"] = StoredTensor::from({4}, std::vector<int32_t>{0, 0, 1, 1}.data());
  });
  expect_refused("frame 1",
                 [](auto& bad) { bad.tensors["frame_jpeg"].bytes.replace(340, 200, std::string(200, 'x')); });
  expect_refused("waveform_flac", [](auto& bad) { bad.tensors["waveform_flac"].bytes.back() ^= 0x55; });
  expect_refused("waveform_samples",
                 [&](auto& bad) { bad.tensors["waveform_samples"] = StoredTensor::from({}, many.data()); });
  expect_refused("waveform_start",
                 [&](auto& bad) { bad.tensors["waveform_start"] = StoredTensor::from({1}, one.data()); });
}

Frames noisy_frames(size_t count) {
  Frames frames{.width = 36, .height = 64, .pixels = {}, .times = {}, .content_box = {0, 0, 36, 64}};
  Random random(3);
  for (size_t i = 0; i < count; ++i) {
    std::vector<uint8_t> picture = testing::moving_bar(36, 64, static_cast<int>(i));
    for (uint8_t& value : picture) value = static_cast<uint8_t>(value + random.below(20));
    frames.pixels.insert(frames.pixels.end(), picture.begin(), picture.end());
    frames.times.push_back(static_cast<double>(i) / 4);
  }
  return frames;
}

TEST(Tracks, AnyClipCanBeReadAlone) {
  const testing::TemporaryFolder folder;
  Tracks tracks;
  tracks.frames = noisy_frames(40);
  write_tracks(folder.path() / "t", tracks);
  const Frames all = *read_tracks(folder.path() / "t").frames;
  const TrackReader reader(folder.path() / "t");
  ASSERT_EQ(reader.frame_count(), 40u);
  constexpr size_t kBytes = 36 * 64 * 3;
  for (const auto& [first, count, expected] : {std::tuple<size_t, size_t, size_t>{0, 16, 16},
                                               {24, 16, 16},
                                               {7, 1, 1},
                                               {30, 16, 10},
                                               {40, 16, 0},
                                               {90, 2, 0}}) {
    const Frames part = reader.frames(first, count);
    ASSERT_EQ(part.count(), expected) << first;
    EXPECT_TRUE(
        std::equal(part.pixels.begin(), part.pixels.end(), all.pixels.begin() + std::min<size_t>(first, 40) * kBytes));
    EXPECT_TRUE(expected == 0 || part.times.front() == static_cast<double>(first) / 4);
  }
}

TEST(Tracks, StoredFramesAreSmallAndNear) {
  const testing::TemporaryFolder folder;
  Tracks tracks;
  tracks.frames = noisy_frames(40);
  write_tracks(folder.path() / "t", tracks);
  const Tracks read = read_tracks(folder.path() / "t");
  EXPECT_GE(testing::psnr(read.frames->pixels, tracks.frames->pixels), 42);
  EXPECT_LT(std::filesystem::file_size(folder.path() / "t"), tracks.frames->pixels.size() * 3 / 4);
}

TEST(Tracks, SoundIsRoundedToSixteenBits) {
  const testing::TemporaryFolder folder;
  Tracks tracks;
  tracks.waveform = Waveform{.samples = testing::sine(440, 16000, 20000)};
  tracks.waveform->samples[7] = 1.5F;
  write_tracks(folder.path() / "t", tracks);
  const Waveform read = *read_tracks(folder.path() / "t").waveform;
  ASSERT_EQ(read.samples.size(), 20000u);
  EXPECT_NEAR(read.samples[7], 1, 1e-4);
  for (size_t i = 8; i < 20000; ++i) ASSERT_NEAR(read.samples[i], tracks.waveform->samples[i], 1.01 / 65536) << i;
}

TEST(SamplingOptions, CanonicalTextTellsEverySettingApart) {
  const SamplingOptions base;
  EXPECT_EQ(base.canonical(), SamplingOptions{}.canonical());
  for (const SamplingOptions& other :
       {SamplingOptions{.frames_per_second = 5}, SamplingOptions{.width = 74}, SamplingOptions{.height = 74},
        SamplingOptions{.most_seconds = 60}, SamplingOptions{.mode = "exact"}, SamplingOptions{.video = false},
        SamplingOptions{.audio = false}})
    EXPECT_NE(base.canonical(), other.canonical());
}

}  // namespace
}  // namespace foreview
