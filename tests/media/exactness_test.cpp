#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <string>

#include "core/files.h"
#include "media/decode.h"
#include "media/media_examples.h"
#include "support/temporary_folder.h"

// Files of every kind are made by the ffmpeg program, which also decodes them: the frames on display are picked here
// from its pictures by their own times.
namespace foreview {
namespace {

struct Example {
  std::string name;     // with the container's extension
  std::string options;  // of the ffmpeg program, after its input
  int width = 72, height = 128;
  std::string again{};  // options of a second call that copies the first one's packets
};

void PrintTo(const Example& example, std::ostream* out) { *out << example.name; }

int run_program(const std::string& command) { return std::system((command + " 2>/dev/null").c_str()); }

struct Reference {
  std::vector<double> times;  // seconds from the first picture
  std::string pixels;         // [pictures, height, width, 3]
};

Reference reference_of(const std::filesystem::path& file, int width, int height, const std::filesystem::path& folder) {
  const std::string times_file = folder / "times", pixels_file = folder / "pixels";
  EXPECT_EQ(run_program("ffprobe -v error -select_streams v:0 -show_entries frame=best_effort_timestamp_time -of "
                        "csv=p=0 '" +
                        file.string() + "' > " + times_file),
            0);
  EXPECT_EQ(run_program("ffmpeg -v error -y -i '" + file.string() + "' -map 0:v:0 -vf scale=" + std::to_string(width) +
                        ":" + std::to_string(height) +
                        ":flags=area+accurate_rnd+full_chroma_int,format=rgb24 -vsync passthrough -f rawvideo " +
                        pixels_file),
            0);
  Reference reference;
  std::istringstream lines(read_file(times_file));
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) reference.times.push_back(std::atof(line.c_str()));
  if (!reference.times.empty()) {
    const double first = reference.times[0];
    for (double& time : reference.times) time -= first;
  }
  reference.pixels = read_file(pixels_file);
  // AVI stores no times: its pictures follow each other at the constant rate of the test picture.
  if (file.extension() == ".avi")
    for (size_t i = 0; i < reference.times.size(); ++i) reference.times[i] = static_cast<double>(i) / 30;
  return reference;
}

class Exactness : public ::testing::TestWithParam<Example> {
 protected:
  void SetUp() override {
    if (run_program("ffmpeg -version >/dev/null")) GTEST_SKIP() << "skipped: the ffmpeg program is not installed";
    const Example& example = GetParam();
    file_ = folder_.path() / example.name;
    const auto first = example.again.empty() ? file_ : folder_.path() / ("first" + file_.extension().string());
    const std::string input = "ffmpeg -v error -y -f lavfi -i testsrc2=size=144x256:rate=30:duration=1.5 ";
    if (run_program(input + example.options + " " + first.string()))
      GTEST_SKIP() << "skipped: this ffmpeg program has not the encoder";
    if (std::string again = example.again; !again.empty()) {
      again.replace(again.find("FIRST"), 5, first.string());
      ASSERT_EQ(run_program("ffmpeg -v error -y " + again + " " + file_.string()), 0);
    }
    reference_ = reference_of(file_, example.width, example.height, folder_.path());
    ASSERT_EQ(reference_.pixels.size(), reference_.times.size() * bytes());
    ASSERT_GT(reference_.times.size(), 10u);
  }

  size_t bytes() const { return size_t{3} * GetParam().width * GetParam().height; }
  Frames decoded(const std::string& mode, double frames_per_second) const {
    const Frames frames = *decode_media(file_, {.frames_per_second = frames_per_second,
                                                .width = GetParam().width,
                                                .height = GetParam().height,
                                                .mode = mode})
                               .frames;
    EXPECT_EQ(frames.content_box, (std::array{0, 0, GetParam().width, GetParam().height}));
    return frames;
  }
  double likeness(const Frames& frames, size_t sample, size_t picture) const {
    const auto* expected = reinterpret_cast<const uint8_t*>(reference_.pixels.data()) + picture * bytes();
    return testing::psnr(std::span(frames.pixels).subspan(sample * bytes(), bytes()), {expected, bytes()});
  }

  testing::TemporaryFolder folder_;
  std::filesystem::path file_;
  Reference reference_;
};

TEST_P(Exactness, AgreesWithTheFfmpegProgram) {
  for (const double rate : {4.0, 8.0}) {
    const Frames exact = decoded("exact", rate), fast = decoded("fast", rate);
    EXPECT_NEAR(static_cast<double>(exact.count()), std::ceil((reference_.times.back() + 0.033) * rate), 1);
    ASSERT_EQ(fast.count(), exact.count());
    for (size_t k = 0; k < exact.count(); ++k) {
      const double wanted = static_cast<double>(k) / rate;
      size_t shown = 0;
      while (shown + 1 < reference_.times.size() && reference_.times[shown + 1] <= wanted + 1e-5) ++shown;
      EXPECT_GE(likeness(exact, k, shown), 40) << "the picture on display at " << wanted << " s";
      double nearest = likeness(fast, k, shown);
      for (size_t i = 0; i < reference_.times.size(); ++i)
        if (std::abs(reference_.times[i] - wanted) <= 1 / (3 * rate) + 1e-5)
          nearest = std::max(nearest, likeness(fast, k, i));
      EXPECT_GE(nearest, 40) << "a picture within a third of the interval of " << wanted << " s";
    }
  }
  const SamplingOptions options{.width = GetParam().width, .height = GetParam().height};
  EXPECT_TRUE(decode_media(file_, options, 1).frames->pixels == decode_media(file_, options, 2).frames->pixels)
      << "threads make a difference";
}

const std::string kH264 = "-c:v libx264 -preset veryfast -crf 20 -pix_fmt yuv420p ";

std::vector<Example> examples() {
  return {
      {"b_frames.mp4", kH264 + "-bf 3 -b_strategy 0 -x264-params b-pyramid=normal:keyint=30"},
      {"open_groups.mkv", kH264 + "-bf 3 -b_strategy 0 -x264-params open-gop=1:keyint=12"},
      {"one_group.ts", kH264 + "-bf 2 -g 300"},
      {"hevc.mp4", "-c:v libx265 -preset ultrafast -x265-params log-level=none:bframes=3:keyint=20 -pix_fmt yuv420p"},
      {"hevc10.mov", "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le -tag:v hvc1"},
      {"vp8.webm", "-c:v libvpx -deadline realtime -cpu-used 8 -auto-alt-ref 1 -lag-in-frames 10 -b:v 1M"},
      {"vp9.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 1M"},
      {"alpha.webm", "-vf format=yuva420p -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 1M"},
      {"alpha.mov", "-vf format=argb -c:v qtrle"},
      {"av1.mp4", "-c:v libaom-av1 -cpu-used 8 -row-mt 1 -b:v 1M -t 0.7"},
      {"mpeg4.avi", "-c:v mpeg4 -bf 2 -q:v 3"},
      {"mpeg4.mp4", "-c:v mpeg4 -bf 2 -q:v 3"},
      {"mjpeg.avi", "-c:v mjpeg -q:v 3"},
      {"mpeg2_interlaced.ts", "-c:v mpeg2video -bf 2 -flags +ildct+ilme -q:v 3"},
      {"interlaced.mp4", kH264 + "-flags +ildct+ilme -x264-params tff=1"},
      {"variable.mp4", "-vf \"select='not(mod(n,5))+lt(mod(n,7),2)'\" -vsync vfr " + kH264 + "-bf 3"},
      {"odd_size.mp4", "-vf scale=73:131 -c:v libx264 -preset veryfast -pix_fmt yuv444p"},
      {"wide_pixels.mp4", "-vf scale=72:256,setsar=2 " + kH264, 72, 128},
      // Packets copied from a first file: it begins in mid-group, before zero or late, or lies on its side.
      {"edit_list.mp4", kH264 + "-bf 2 -g 20", 72, 128, "-ss 0.3 -i FIRST -c copy"},
      {"negative_start.mp4", kH264 + "-bf 2", 72, 128,
       "-i FIRST -c copy -avoid_negative_ts disabled -output_ts_offset -0.5"},
      {"late_start.ts", kH264 + "-bf 2", 72, 128, "-i FIRST -c copy -output_ts_offset 3"},
      {"rotated.mov", kH264, 128, 72, "-i FIRST -c copy -metadata:s:v rotate=90"},
      {"bt2020.mp4", "-c:v libx264 -preset veryfast -pix_fmt yuv420p10le -color_primaries bt2020 -colorspace bt2020nc"},
  };
}

std::string name_of(const ::testing::TestParamInfo<Example>& info) {
  std::string name = info.param.name;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, Exactness, ::testing::ValuesIn(examples()), name_of);

}  // namespace
}  // namespace foreview
