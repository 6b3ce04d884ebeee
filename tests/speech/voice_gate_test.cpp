#include "speech/voice_gate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/random.h"
#include "speech/wav.h"
#include "support/reference_data.h"

namespace foreview {
namespace {

template <class Function>
Waveform sounding(Function value) {
  Waveform waveform;
  for (int i = 0; i < 16000 * 6; ++i) waveform.samples.push_back(static_cast<float>(value(i / 16000.0)));
  return waveform;
}

double melody(double time, double beat, int harmonics) {
  constexpr int scale[] = {0, 2, 4, 7, 9, 12};
  const double note = std::fmod(time, beat);
  const double phase =
      2 * std::numbers::pi * 220 * std::exp2(scale[static_cast<int>(time / beat) * 5 % 6] / 12.0) * note;
  double sum = 0;
  for (int k = 1; k <= harmonics; ++k) sum += std::sin(k * phase) / k;
  return 0.2 * sum * std::exp(-2.5 * note / beat);
}

TEST(VoiceGate, SilenceNoiseAndTonesAreNoSpeech) {
  Random random(3);
  EXPECT_TRUE(speech_spans(Waveform{}).empty());
  EXPECT_TRUE(speech_spans(sounding([](double) { return 0; })).empty());
  EXPECT_TRUE(speech_spans(sounding([&](double) { return 0.1 * random.normal(); })).empty());
  EXPECT_TRUE(speech_spans(sounding([&](double t) {
                return 0.1 * random.normal() * (0.55 + 0.45 * std::sin(2 * std::numbers::pi * 4 * t));
              })).empty());
  EXPECT_TRUE(speech_spans(sounding([](double t) { return 0.3 * std::sin(2 * std::numbers::pi * 440 * t); })).empty());
}

TEST(VoiceGate, MelodiesAndDrumsAreNoSpeech) {
  Random random(4);
  for (const double beat : {0.15, 0.3, 0.5})
    for (const int harmonics : {1, 7}) {
      EXPECT_TRUE(speech_spans(sounding([&](double t) { return melody(t, beat, harmonics); })).empty()) << beat;
      EXPECT_TRUE(speech_spans(sounding([&](double t) {
                    return melody(t, beat, harmonics) + 0.2 * random.normal() * std::exp(-25 * std::fmod(t, 2 * beat));
                  })).empty())
          << beat;
    }
}

TEST(VoiceGate, SpeechIsKept) {
  const auto data = testing::reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data folder";
  const Waveform speech = testing::read_wav(*data / "data" / "speech" / "jfk.wav");
  double seconds = 0;
  for (const auto& span : speech_spans(speech)) seconds += span[1] - span[0];
  EXPECT_GT(seconds, 8);
}

}  // namespace
}  // namespace foreview
