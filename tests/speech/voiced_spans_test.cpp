#include "speech/voiced_spans.h"

#include <gtest/gtest.h>

#include "sounds.h"

namespace foreview {
namespace {

using testing::noise_burst;
using testing::sound;

TEST(VoicedSpans, SilenceAndNothingHaveNone) {
  EXPECT_TRUE(voiced_spans(Waveform{}).empty());
  EXPECT_TRUE(voiced_spans(sound(3, [](double) { return 0.0; })).empty());
}

TEST(VoicedSpans, SteadySoundHasNone) {
  EXPECT_TRUE(voiced_spans(sound(3, [](double t) { return 0.5 * std::sin(2000 * t); })).empty());
}

TEST(VoicedSpans, FindsTheBurstWithPadding) {
  const auto spans = voiced_spans(noise_burst(4, 1.5, 2.5, 0.1, 0.002));
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_NEAR(spans[0][0], 1.3, 0.05);
  EXPECT_NEAR(spans[0][1], 2.7, 0.05);
}

TEST(VoicedSpans, ThresholdFollowsTheBackground) {
  const auto spans = voiced_spans(noise_burst(4, 1, 2, 0.3, 0.05));
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_NEAR(spans[0][0], 0.8, 0.05);
}

TEST(VoicedSpans, ShortPausesAreJoinedLongOnesSplit) {
  const auto bursts = [](double pause) {
    return sound(6, [pause](double t) {
      const bool heard = (t > 1 && t < 2) || (t > 2 + pause && t < 3 + pause);
      return heard ? 0.3 * std::sin(1500 * t) : 0.0;
    });
  };
  EXPECT_EQ(voiced_spans(bursts(0.3)).size(), 1u);
  EXPECT_EQ(voiced_spans(bursts(1.5)).size(), 2u);
}

TEST(VoicedSpans, ClicksAndBadSamplesAreNoSpeech) {
  Waveform waveform = sound(6, [](double t) {
    const bool click = t > 4 && t < 4.01;
    return click ? 0.9 : t > 1 && t < 2 ? 0.3 * std::sin(1500 * t) : 0.0;
  });
  EXPECT_EQ(voiced_spans(waveform).size(), 1u);
  waveform.samples[80000] = NAN;
  waveform.samples[80001] = INFINITY;
  EXPECT_EQ(voiced_spans(waveform).size(), 1u);
}

TEST(VoicedSpans, StayInsideTheTrack) {
  const Waveform waveform = noise_burst(2, 0, 1, 0.2, 0.001);
  for (const auto& [start, end] : voiced_spans(waveform)) {
    EXPECT_GE(start, 0);
    EXPECT_LE(end, waveform.duration());
    EXPECT_LT(start, end);
  }
}

}  // namespace
}  // namespace foreview
