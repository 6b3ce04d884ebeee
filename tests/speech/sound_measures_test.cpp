#include "speech/sound_measures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "foreview/error.h"
#include "sounds.h"

namespace foreview {
namespace {

using testing::noise_burst;
using testing::sound;
using testing::sweep;

float measure(const Waveform& waveform, const std::string& name) {
  const auto& names = sound_measure_names();
  return sound_measures(waveform).at(static_cast<size_t>(std::ranges::find(names, name) - names.begin()));
}

TEST(SoundMeasures, TellTonesFromNoise) {
  const Waveform tone = sweep(3, 440, 440), noise = noise_burst(3, 0, 3, 0.2, 0);
  // The logarithm of a periodogram's noise lies Euler's constant below that of its mean.
  EXPECT_NEAR(measure(noise, "flatness"), -0.577, 0.05);
  EXPECT_LT(measure(tone, "flatness"), -8);
  EXPECT_GT(measure(tone, "harmonicity_lower"), 0.9);
  EXPECT_LT(measure(noise, "harmonicity_lower"), 0.4);
  EXPECT_NEAR(measure(tone, "strongest_partial"), 3, 0.05) << "440 Hz, three octaves above 55";
}

TEST(SoundMeasures, LoudnessIsThatOfTheLoudestTenth) {
  EXPECT_NEAR(measure(sweep(3, 500, 500, 0.5), "loudness_upper"), std::log10(0.125), 0.01);
  const Waveform shout = noise_burst(10, 4, 6, 0.3, 0.003);
  EXPECT_NEAR(measure(shout, "loudness_upper"), std::log10(0.09), 0.1);
}

TEST(SoundMeasures, SilenceSaysNothingOfTheRest) {
  const auto with_pause = [](double quiet) {
    return sound(4, [=](double t) { return (t < 1 ? 0.3 : quiet) * std::sin(2 * M_PI * 880 * t); });
  };
  const std::vector<float> paused = sound_measures(with_pause(0)), held = sound_measures(with_pause(0.3));
  for (size_t i = 1; i < paused.size(); ++i) EXPECT_NEAR(paused[i], held[i], 0.1) << sound_measure_names()[i];
  const std::vector<float> silent = sound_measures(sweep(2, 300, 300, 0));
  EXPECT_EQ(std::vector<float>(silent.begin() + 1, silent.end()), (std::vector<float>{0, 0, 0, 0}));
  EXPECT_FLOAT_EQ(silent[0], -9);
}

TEST(SoundMeasures, WhatSoundsBehindAVoiceIsHeardInItsPauses) {
  // Two thirds of the time something loud and lower covers a tone of 880 Hz.
  const Waveform covered = sound(6, [](double t) {
    const bool speaks = std::fmod(t, 1.5) < 1;
    return 0.03 * std::sin(2 * M_PI * 880 * t) + (speaks ? 0.3 * std::sin(2 * M_PI * 220 * t) : 0.0);
  });
  EXPECT_NEAR(measure(covered, "strongest_partial"), 2, 0.05);
  EXPECT_NEAR(measure(covered, "quiet_partial"), 4, 0.05);
}

TEST(SoundMeasures, EveryLengthAndBadSamplesGiveFiniteNumbers) {
  EXPECT_TRUE(sound_measures(Waveform{}).empty());
  for (const size_t samples : {1, 100, 1023, 1024, 1025, 1536, 300000}) {
    Waveform waveform;
    waveform.samples.assign(samples, 0.25f);
    waveform.samples[samples / 2] = NAN;
    waveform.samples[samples / 3] = -INFINITY;
    const std::vector<float> measures = sound_measures(waveform);
    ASSERT_EQ(measures.size(), sound_measure_names().size());
    EXPECT_TRUE(std::ranges::all_of(measures, [](float value) { return std::isfinite(value); })) << samples;
  }
}

TEST(SoundMeasures, AnotherRateIsAnError) {
  Waveform waveform = sweep(1, 300, 300);
  waveform.sample_rate = 8000;
  EXPECT_THROW(sound_measures(waveform), Error);
}

}  // namespace
}  // namespace foreview
