#include "sample/sound.h"

#include <gtest/gtest.h>

#include <cmath>

#include "foreview/error.h"
#include "sample/subtitles.h"
#include "sample/wav.h"

namespace foreview {
namespace {

constexpr int kRate = 44100;

double level_of(const std::vector<float>& samples) {
  double energy = 0;
  for (const float sample : samples) energy += double{sample} * sample;
  return std::sqrt(energy / static_cast<double>(samples.size()));
}

/// Share of the power below about 300 Hz.
double bass(const std::vector<float>& samples) {
  std::vector<float> low(samples.size());
  float held = 0;
  for (size_t i = 0; i < samples.size(); ++i) low[i] = held += 0.042f * (samples[i] - held);
  return std::pow(level_of(low) / level_of(samples), 2);
}

VideoPlan plan() { return plan_sample({.videos = 1, .seed = 6}).front(); }

TEST(Sound, PatternFollowsPitchAndNoisinessAtOneLevel) {
  VideoPlan low = plan(), high = plan(), hissing = plan();
  low.factors.noisiness = high.factors.noisiness = -1;
  low.factors.pitch = hissing.factors.pitch = -1;
  high.factors.pitch = 1;
  hissing.factors.noisiness = 1;
  const auto low_sound = tone_pattern(low, 2 * kRate, kRate), high_sound = tone_pattern(high, 2 * kRate, kRate),
             hiss_sound = tone_pattern(hissing, 2 * kRate, kRate);
  EXPECT_GT(bass(low_sound), 0.5);
  EXPECT_LT(bass(high_sound), 0.2);
  EXPECT_LT(bass(hiss_sound), 0.1);
  for (const auto& sound : {low_sound, high_sound, hiss_sound}) EXPECT_NEAR(level_of(sound), 0.1, 0.02);
}

TEST(Sound, LoudnessSetsTheWholeMix) {
  SpeechSynthesizer speech(kRate);
  VideoPlan quiet = plan(), loud = plan();
  quiet.factors.loudness = -1;
  loud.factors.loudness = 1;
  const Soundtrack quiet_track = make_soundtrack(quiet, speech, kRate),
                   loud_track = make_soundtrack(loud, speech, kRate);
  EXPECT_NEAR(20 * std::log10(level_of(loud_track.samples) / level_of(quiet_track.samples)), 27, 2);
  for (const float sample : loud_track.samples) ASSERT_LE(std::abs(sample), 1.0f);
}

TEST(Sound, WordsAreSpokenOneAfterTheOtherWithinTheVideo) {
  SpeechSynthesizer speech(kRate);
  for (const VideoPlan& one : plan_sample({.videos = 12, .seed = 7})) {
    const Soundtrack track = make_soundtrack(one, speech, kRate);
    EXPECT_GE(track.seconds, 3);
    EXPECT_LE(track.seconds, 8.01);
    EXPECT_EQ(track.samples.size(), static_cast<size_t>(std::lround(track.seconds * kRate)));
    ASSERT_EQ(track.words.size(), one.words.size());
    double before = 0;
    for (size_t i = 0; i < track.words.size(); ++i) {
      EXPECT_EQ(track.words[i].word, one.words[i]);
      EXPECT_GE(track.words[i].start, before + 0.1);
      EXPECT_GT(track.words[i].end, track.words[i].start + 0.15);
      before = track.words[i].end;
    }
    EXPECT_LT(before, track.seconds);
  }
}

TEST(Sound, ASpokenWordIsTheSameEachTime) {
  SpeechSynthesizer first(kRate), second(kRate);
  EXPECT_EQ(*first.say("window", 45), *second.say("window", 45));
  EXPECT_NE(*first.say("window", 45), *first.say("window", 65));
  EXPECT_NE(*first.say("window", 45), *first.say("river", 45));
}

TEST(Subtitles, CuesAreNumberedAndTimed) {
  const std::vector<SpokenWord> words = {{"river", 0.3, 0.8}, {"seven", 61.25, 62}};
  EXPECT_EQ(subrip_text(words),
            "1\n00:00:00,300 --> 00:00:00,800\nriver\n\n2\n00:01:01,250 --> 00:01:02,000\nseven\n\n");
}

TEST(Wav, ReadsAStreamedHeaderAndRefusesTheRest) {
  const auto little = [](uint32_t value, int size) {
    std::string bytes;
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i));
    return bytes;
  };
  const std::string head = "RIFF" + little(0x7ffff024, 4) + "WAVEfmt " + little(16, 4) + little(1, 2) + little(1, 2) +
                           little(22050, 4) + little(44100, 4) + little(2, 2) + little(16, 2);
  const WavSound sound =
      parse_streamed_wav(head + "data" + little(0x7ffff000, 4) + little(0x4000, 2) + little(0x8000, 2));
  EXPECT_EQ(sound.sample_rate, 22050);
  EXPECT_EQ(sound.samples, (std::vector<float>{0.5f, -1.0f}));
  const std::string whole = head + "data" + little(0x7ffff000, 4);
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_THROW(parse_streamed_wav(whole.substr(0, length)), Error) << length;
  std::string stereo = whole;
  stereo[22] = 2;
  EXPECT_THROW(parse_streamed_wav(stereo), Error);
}

}  // namespace
}  // namespace foreview
