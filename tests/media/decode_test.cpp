#include "media/decode.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "core/files.h"
#include "core/random.h"
#include "foreview/error.h"
#include "media/media_examples.h"
#include "support/reference_data.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

using testing::TemporaryFolder;
using testing::write_example;

std::span<const uint8_t> picture(const Frames& frames, size_t index) {
  const size_t bytes = size_t{3} * frames.width * frames.height;
  return std::span(frames.pixels).subspan(index * bytes, bytes);
}

std::string refusal(const std::filesystem::path& file) {
  try {
    decode_media(file, {});
    return "decoded";
  } catch (const Error& error) {
    return error.what();
  }
}

#define EXPECT_SAYS(text, word) EXPECT_NE(std::string(text).find(word), std::string::npos) << (text)

/// Overwrites the display matrix of the first track (tkhd box, ISO 14496-12, 8.3.2).
void set_display_matrix(const std::filesystem::path& file, const std::array<int32_t, 9>& matrix) {
  std::string bytes = read_file(file);
  const size_t box = bytes.find("tkhd");
  ASSERT_NE(box, std::string::npos);
  for (size_t i = 0; i < 36; ++i)
    bytes[box + 44 + i] = static_cast<char>(static_cast<uint32_t>(matrix[i / 4]) >> (24 - 8 * (i % 4)));
  write_file_atomically(file, bytes);
}

TEST(DecodeMedia, LastFrameIsHeldUntilItsEnd) {
  const TemporaryFolder folder;
  for (const auto& [frames, expected] : {std::pair{24, 4u}, {25, 5u}, {1, 1u}, {7, 2u}}) {
    const auto file = folder.path() / "clip.mp4";
    write_example(file, {.width = 36, .height = 64, .audio = false}, frames);
    const Tracks tracks = decode_media(file, {});
    ASSERT_TRUE(tracks.frames);
    EXPECT_FALSE(tracks.waveform);
    EXPECT_EQ(tracks.frames->count(), expected) << frames << " frames at 24 a second";
    EXPECT_NEAR(tracks.duration, frames / 24.0, 1e-6);
    EXPECT_TRUE(tracks.notes.empty());
  }
}

TEST(DecodeMedia, UsesTheFirstPartOfALongVideo) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "clip.mp4";
  write_example(file, {.width = 36, .height = 64}, 96);
  const Tracks all = decode_media(file, {}), part = decode_media(file, {.most_seconds = 1.5});
  EXPECT_EQ(all.frames->count(), 16u);
  ASSERT_EQ(part.frames->count(), 6u);
  EXPECT_EQ(part.waveform->samples.size(), 24000u);
  EXPECT_DOUBLE_EQ(part.duration, 1.5);
  EXPECT_TRUE(std::equal(part.frames->pixels.begin(), part.frames->pixels.end(), all.frames->pixels.begin()));
}

TEST(DecodeMedia, TurnsRotatedVideoUpright) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "clip.mp4";
  write_example(file, {.width = 128, .height = 72}, 12);
  const Frames lying = *decode_media(file, {.width = 128, .height = 72}).frames;
  set_display_matrix(file, {0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30});
  const Frames upright = *decode_media(file, {.width = 72, .height = 128}).frames;
  ASSERT_EQ(upright.count(), lying.count());
  EXPECT_EQ(upright.content_box, (std::array{0, 0, 72, 128}));
  const auto from = picture(lying, 1), to = picture(upright, 1);
  for (int y = 0; y < 72; ++y)
    for (int x = 0; x < 128; ++x) ASSERT_EQ(from[3 * (128 * y + x)], to[3 * (72 * x + 71 - y)]) << x << ", " << y;
}

TEST(DecodeMedia, TracksThatAreNotWantedAreLeftOut) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "clip.mp4";
  write_example(file, {.width = 36, .height = 64}, 24);
  EXPECT_FALSE(decode_media(file, {.video = false}).frames);
  EXPECT_FALSE(decode_media(file, {.audio = false}).waveform);
  EXPECT_THROW(decode_media(file, {.video = false, .audio = false}), Error);
}

TEST(DecodeMedia, SaysWhatIsWrongInAUsersWords) {
  const TemporaryFolder folder;
  EXPECT_SAYS(refusal(folder.path() / "none.mp4"), "no such file");
  EXPECT_SAYS(refusal(folder.path()), "not a file");
  const auto file = folder.path() / "a: b'\xff.mp4";  // a name as people have them
  std::ofstream(file).flush();
  EXPECT_SAYS(refusal(file), "the file is empty");
  write_file_atomically(file, "this is a text and no video, whatever its name says");
  EXPECT_SAYS(refusal(file), "not a video file");
  write_example(file, {.width = 36, .height = 64}, 24);
  EXPECT_EQ(refusal(file), "decoded");
  const std::string whole = read_file(file);
  write_file_atomically(file, whole.substr(0, whole.find("moov") - 4));
  EXPECT_SAYS(refusal(file), "no moov box");
  write_file_atomically(file, whole.substr(0, whole.find("moov") + 40));
  EXPECT_SAYS(refusal(file), "cut off");
}

TEST(DecodeMedia, APlaylistReadsNoOtherFile) {
  const TemporaryFolder folder;
  write_example(folder.path() / "secret.mp4", {.width = 36, .height = 64}, 24);
  const std::string secret = (folder.path() / "secret.mp4").string();
  write_file_atomically(folder.path() / "hls.mp4",
                        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + secret + "\n#EXT-X-ENDLIST\n");
  write_file_atomically(folder.path() / "concat.mp4", "ffconcat version 1.0\nfile 'secret.mp4'\n");
  EXPECT_SAYS(refusal(folder.path() / "hls.mp4"), "not a video file");
  EXPECT_SAYS(refusal(folder.path() / "concat.mp4"), "not a video file");
}

TEST(DecodeMedia, DamagedBytesGiveTracksOrOneError) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "clip.mp4";
  write_example(file, {.width = 36, .height = 64}, 24);
  const std::string whole = read_file(file);
  Random random(7);
  int decoded = 0;
  for (int round = 0; round < 60; ++round) {
    std::string bytes = whole;
    for (int i = 0; i < 1 + round % 8; ++i) bytes[random.below(bytes.size())] = static_cast<char>(random.next());
    if (round % 3 == 0) bytes.resize(1 + random.below(bytes.size()));
    write_file_atomically(file, bytes);
    const std::string result = refusal(file);
    EXPECT_EQ(result.find('\n'), std::string::npos);
    decoded += result == "decoded";
  }
  EXPECT_GT(decoded, 5);
  EXPECT_LT(decoded, 60);
}

int run_program(const std::string& command) { return std::system((command + " 2>/dev/null").c_str()); }

// The ffmpeg and ffprobe programs decode the same file; the frames on display are picked here from their own times.
TEST(DecodeMedia, FramesMatchTheFfmpegProgram) {
  if (run_program("ffmpeg -version >/dev/null") || run_program("ffprobe -version >/dev/null"))
    GTEST_SKIP() << "skipped: the ffmpeg program is not installed";
  const TemporaryFolder folder;
  std::vector<std::filesystem::path> files = {folder.path() / "example.mp4"};
  write_example(files[0], {.width = 144, .height = 256, .frames_per_second = 25}, 60);
  if (const auto reference = testing::reference_data()) files.push_back(*reference / "data/odd_media/derived/vfr.mp4");
  for (const auto& file : files) {
    const std::string times_file = folder.path() / "times", pixels_file = folder.path() / "pixels";
    ASSERT_EQ(run_program("ffprobe -v error -select_streams v:0 -show_entries frame=best_effort_timestamp_time "
                          "-of csv=p=0 '" +
                          file.string() + "' > " + times_file),
              0);
    ASSERT_EQ(run_program("ffmpeg -v error -y -i '" + file.string() +
                          "' -vf scale=72:128:flags=area+accurate_rnd+full_chroma_int,format=rgb24 -vsync passthrough "
                          "-f rawvideo " +
                          pixels_file),
              0);
    std::vector<double> times;
    std::istringstream lines(read_file(times_file));
    for (std::string line; std::getline(lines, line);)
      if (!line.empty()) times.push_back(std::atof(line.c_str()));
    const std::string pixels = read_file(pixels_file);
    constexpr size_t kBytes = 72 * 128 * 3;
    ASSERT_EQ(pixels.size(), times.size() * kBytes);

    const Frames frames = *decode_media(file, {.mode = "exact"}).frames;
    ASSERT_EQ(frames.content_box, (std::array{0, 0, 72, 128}));
    for (size_t k = 0; k < frames.count(); ++k) {
      size_t shown = 0;
      while (shown + 1 < times.size() && times[shown + 1] - times[0] <= k / 4.0 + 1e-5) ++shown;
      const auto* expected = reinterpret_cast<const uint8_t*>(pixels.data()) + shown * kBytes;
      EXPECT_GE(testing::psnr(picture(frames, k), {expected, kBytes}), 40) << file << " sample " << k;
    }
  }
}

}  // namespace
}  // namespace foreview
