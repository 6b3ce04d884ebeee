#include "speech/audio_statistics.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "foreview/error.h"
#include "sounds.h"
#include "speech/sound_patterns.h"

namespace foreview {
namespace {

using testing::noise_burst;
using testing::sound;
using testing::sweep;

constexpr int bands = 40;
// Offsets as add_pattern_features documents them, behind mean, deviation and change of the bands.
constexpr int loudness_mean = 3 * bands, loudness_slope = loudness_mean + 2, beating = loudness_mean + 5;
constexpr int pitch_mean = loudness_mean + 10, pitch_slope = pitch_mean + 2, pitch_rising = pitch_mean + 5,
              pitch_falling = pitch_mean + 6;

std::vector<float> first_row(const Waveform& waveform) {
  const TimedVectors vectors = audio_statistics(waveform);
  return {vectors.row(0).begin(), vectors.row(0).end()};
}

Waveform beats(double hertz) {
  return sound(2, [hertz](double t) { return (0.2 + 0.18 * std::sin(2 * M_PI * hertz * t)) * std::sin(3000 * t); });
}

TEST(AudioStatistics, OneRowATwoSecondSegment) {
  Waveform waveform = noise_burst(5, 1, 2, 0.2, 0.01);
  waveform.start = 0.5;
  const TimedVectors vectors = audio_statistics(waveform);
  ASSERT_EQ(vectors.count(), 3u);
  EXPECT_EQ(vectors.dimension, audio_statistics_dimension());
  EXPECT_EQ(vectors.values.size(), 3u * audio_statistics_dimension());
  EXPECT_DOUBLE_EQ(vectors.spans[0][0], 0.5);
  EXPECT_DOUBLE_EQ(vectors.spans[1][0], 2.5);
  EXPECT_DOUBLE_EQ(vectors.spans[2][1], 5.5);
  for (float value : vectors.values) EXPECT_TRUE(std::isfinite(value));
}

TEST(AudioStatistics, EveryLengthAndBadSamplesGiveFiniteNumbers) {
  EXPECT_EQ(audio_statistics(Waveform{}).count(), 0u);
  for (size_t samples : {1, 100, 511, 512, 513, 700, 31999, 32000, 32001, 33000, 34000}) {
    Waveform waveform;
    waveform.samples.assign(samples, 0.25f);
    waveform.samples[samples / 2] = NAN;
    waveform.samples[samples / 3] = -INFINITY;
    const TimedVectors vectors = audio_statistics(waveform);
    EXPECT_GE(vectors.count(), 1u);
    for (float value : vectors.values) ASSERT_TRUE(std::isfinite(value)) << samples;
  }
}

TEST(AudioStatistics, ASegmentDependsOnItsOwnSamplesOnly) {
  const Waveform waveform = noise_burst(6, 1, 5, 0.2, 0.01);
  Waveform alone;
  alone.samples.assign(waveform.samples.begin() + 32000, waveform.samples.begin() + 64000);
  const TimedVectors whole = audio_statistics(waveform);
  const auto second = whole.row(1);
  EXPECT_EQ(std::vector<float>(second.begin(), second.end()), first_row(alone));
}

TEST(AudioStatistics, LoudnessIsInBel) {
  const float loud = first_row(sweep(2, 500, 500, 0.5))[loudness_mean];
  const float quiet = first_row(sweep(2, 500, 500, 0.05))[loudness_mean];
  EXPECT_NEAR(loud - quiet, 2, 0.01);
  EXPECT_NEAR(loud, std::log10(0.125), 0.01);
}

TEST(AudioStatistics, ATonePeaksInTheBandThatHoldsIt) {
  const auto peak = [](double hertz) {
    const std::vector<float> row = first_row(sweep(2, hertz, hertz));
    return std::max_element(row.begin(), row.begin() + bands) - row.begin();
  };
  const auto band_of = [](double hertz) {
    const auto mel = [](double f) { return 2595 * std::log10(1 + f / 700); };
    return std::lround((mel(hertz) - mel(20)) / (mel(7600) - mel(20)) * (bands + 1)) - 1;
  };
  for (double hertz : {400.0, 1000.0, 4000.0}) EXPECT_EQ(peak(hertz), band_of(hertz)) << hertz;
}

TEST(AudioStatistics, TellsRisingFromFallingPitch) {
  const std::vector<float> up = first_row(sweep(2, 220, 880)), down = first_row(sweep(2, 880, 220));
  EXPECT_NEAR(up[pitch_slope], 1, 0.05);
  EXPECT_NEAR(down[pitch_slope], -1, 0.05);
  EXPECT_GT(up[pitch_rising], up[pitch_falling] + 0.2);
  EXPECT_GT(down[pitch_falling], down[pitch_rising] + 0.2);
  EXPECT_NEAR(up[pitch_mean], 3, 0.05);  // 440 Hz, three octaves above 55
}

TEST(AudioStatistics, TellsLoudnessPatternsApart) {
  const std::vector<float> swell =
      first_row(sound(2, [](double t) { return 0.4 * std::pow(10, t - 2) * std::sin(3000 * t); }));
  EXPECT_NEAR(swell[loudness_slope], 2, 0.1);
  const std::vector<float> slow = first_row(beats(1.5)), fast = first_row(beats(6));
  EXPECT_GT(slow[beating + 1], 2 * slow[beating + 3]);
  EXPECT_GT(fast[beating + 3], 2 * fast[beating + 1]);
}

TEST(AudioStatistics, AnotherRateIsAnError) {
  Waveform waveform = sweep(1, 300, 300);
  waveform.sample_rate = 8000;
  EXPECT_THROW(audio_statistics(waveform), Error);
}

TEST(AudioStatistics, FingerprintIsStable) {
  EXPECT_EQ(audio_statistics_fingerprint(), audio_statistics_fingerprint());
  EXPECT_EQ(audio_statistics_dimension(), 3 * bands + pattern_feature_count() + 1);
}

}  // namespace
}  // namespace foreview
