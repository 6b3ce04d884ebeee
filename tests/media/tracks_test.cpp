#include "media/tracks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "core/files.h"
#include "core/safetensors.h"
#include "foreview/error.h"
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
  EXPECT_EQ(read.frames->pixels, written.frames->pixels);
  EXPECT_EQ(read.frames->times, written.frames->times);
  EXPECT_EQ(read.frames->content_box, written.frames->content_box);
  EXPECT_EQ(read.waveform->samples, written.waveform->samples);
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
  const std::vector<int32_t> outside = {1, 0, 2, 2}, overflow = {INT32_MAX, 0, INT32_MAX, 2};
  const std::vector<float> infinite = {INFINITY};
  expect_refused("format", [](auto& bad) { bad.metadata["format"] = "other"; });
  expect_refused("format", [](auto& bad) { bad.metadata.clear(); });
  expect_refused("duration", [](auto& bad) { bad.metadata["duration"] = "nan"; });
  expect_refused("notes", [](auto& bad) { bad.metadata["notes"] = "[1]"; });
  expect_refused("sample_rate", [](auto& bad) { bad.metadata["sample_rate"] = "8000"; });
  expect_refused("frame_times", [](auto& bad) { bad.tensors.erase("frame_times"); });
  expect_refused("frame_times", [&](auto& bad) { bad.tensors["frame_times"] = StoredTensor::from({1}, one.data()); });
  expect_refused("frame_times",
                 [&](auto& bad) { bad.tensors["frame_times"] = StoredTensor::from({2}, falling.data()); });
  expect_refused("frame_times", [&](auto& bad) { bad.tensors["frame_times"] = StoredTensor::from({2}, nan.data()); });
  expect_refused("frames", [](auto& bad) { bad.tensors["frames"].shape = {16, 3}; });
  expect_refused("frames", [](auto& bad) { bad.tensors["frames"].type = DataType::i8; });
  expect_refused("content_box",
                 [&](auto& bad) { bad.tensors["content_box"] = StoredTensor::from({4}, outside.data()); });
  expect_refused("content_box",
                 [&](auto& bad) { bad.tensors["content_box"] = StoredTensor::from({4}, overflow.data()); });
  expect_refused("waveform", [&](auto& bad) { bad.tensors["waveform"] = StoredTensor::from({1}, infinite.data()); });
  expect_refused("waveform_start",
                 [&](auto& bad) { bad.tensors["waveform_start"] = StoredTensor::from({1}, one.data()); });
}

TEST(SamplingOptions, CanonicalTextTellsEverySettingApart) {
  const SamplingOptions base;
  EXPECT_EQ(base.canonical(), SamplingOptions{}.canonical());
  for (const SamplingOptions& other :
       {SamplingOptions{.frames_per_second = 5}, SamplingOptions{.width = 74}, SamplingOptions{.height = 74},
        SamplingOptions{.most_seconds = 60}, SamplingOptions{.video = false}, SamplingOptions{.audio = false}})
    EXPECT_NE(base.canonical(), other.canonical());
}

}  // namespace
}  // namespace foreview
