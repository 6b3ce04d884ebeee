#include <gtest/gtest.h>

#include "foreview/error.h"
#include "media/decode.h"
#include "media/media_examples.h"
#include "support/reference_data.h"

namespace foreview {
namespace {

std::vector<float> decoded(const std::filesystem::path& file) {
  const Tracks tracks = decode_media(file, {});
  return tracks.waveform ? tracks.waveform->samples : std::vector<float>();
}

class Resampling : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
    folder_ = *testing::reference_data() / "golden" / "resample";
  }
  std::filesystem::path folder_;
};

// Stored outputs of libswresample at 16 kHz after a plain average of the channels.
TEST_F(Resampling, SpeechMatchesTheReference) {
  const std::vector<float> expected = decoded(folder_ / "expected.wav"), got = decoded(folder_ / "input.wav");
  ASSERT_EQ(expected.size(), 176000u);
  ASSERT_EQ(got.size(), expected.size());
  EXPECT_GE(testing::snr(expected, got, 0, expected.size()), 60);
}

TEST_P(Resampling, TonesMatchTheReference) {
  const std::string name = GetParam();
  const std::vector<float> expected = decoded(folder_ / ("tones_" + name + "_expected.wav"));
  const std::vector<float> got = decoded(folder_ / ("tones_" + name + ".wav"));
  ASSERT_EQ(expected.size(), 16000u);
  EXPECT_EQ(got.size(), expected.size());
  EXPECT_GE(testing::snr(expected, got, 1600, 14400), 50);
}

INSTANTIATE_TEST_SUITE_P(Rates, Resampling, ::testing::Values("44100", "48000", "22050", "8000"));

}  // namespace
}  // namespace foreview
