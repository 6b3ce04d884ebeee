#include "speech/pocketsphinx_recogniser.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "foreview/error.h"
#include "sounds.h"
#include "support/reference_data.h"
#include "wav.h"

namespace foreview {
namespace {

using testing::noise_burst;
using testing::read_wav;
using testing::sound;

/// The folder of recordings, wherever inside the reference data it stands.
std::optional<std::filesystem::path> recordings() {
  const auto root = testing::reference_data();
  if (!root) return std::nullopt;
  for (const char* folder : {"speech", "data/speech"}) {
    if (std::filesystem::exists(*root / folder / "jfk.wav")) return *root / folder;
  }
  return std::nullopt;
}

class PocketSphinx : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!PocketSphinxRecogniser::is_available()) GTEST_SKIP() << "skipped: pocketsphinx-en-us is not installed";
  }
  /// Loading the model takes longer than most tests: one for all.
  static PocketSphinxRecogniser& shared() {
    static PocketSphinxRecogniser recogniser;
    return recogniser;
  }
};

TEST_F(PocketSphinx, SilenceGivesNoWords) {
  PocketSphinxRecogniser& recogniser = shared();
  const Transcript transcript = recogniser.transcribe(sound(2, [](double) { return 0.0; }));
  EXPECT_EQ(transcript.source, "pocketsphinx");
  EXPECT_TRUE(transcript.segments.empty());
  EXPECT_TRUE(recogniser.transcribe(Waveform{}).segments.empty());
}

TEST_F(PocketSphinx, HostileSamplesDoNoHarm) {
  PocketSphinxRecogniser& recogniser = shared();
  Waveform waveform = noise_burst(1.5, 0.5, 1, 0.4, 0.001);
  waveform.samples[9000] = NAN;
  waveform.samples[9001] = INFINITY;
  waveform.samples[9002] = 1e30f;
  EXPECT_NO_THROW(recogniser.transcribe(waveform));
  for (size_t samples : {1, 100, 320, 700, 3000}) {
    Waveform tiny;
    for (size_t i = 0; i < samples; ++i) tiny.samples.push_back(i > samples / 2 ? 0.5f : 0.0f);
    EXPECT_NO_THROW(recogniser.transcribe(tiny)) << samples;
  }
  waveform.sample_rate = 8000;
  EXPECT_THROW(recogniser.transcribe(waveform), Error);
}

TEST_F(PocketSphinx, FingerprintIsStable) {
  EXPECT_EQ(PocketSphinxRecogniser::fingerprint().size(), 16u);
  EXPECT_EQ(PocketSphinxRecogniser::fingerprint(), PocketSphinxRecogniser::fingerprint());
}

TEST_F(PocketSphinx, RecognisesRealSpeechWithTimes) {
  const auto folder = recordings();
  if (!folder) GTEST_SKIP() << "skipped: no reference data";
  Waveform waveform = read_wav(*folder / "jfk.wav");
  waveform.start = 100;
  PocketSphinxRecogniser& recogniser = shared();
  const Transcript transcript = recogniser.transcribe(waveform);
  EXPECT_NE(transcript.text().find("country"), std::string::npos) << transcript.text();
  EXPECT_EQ(transcript.text().find_first_of("<[+()"), std::string::npos) << transcript.text();
  double last = 100;
  for (const TranscriptSegment& segment : transcript.segments) {
    EXPECT_GE(segment.start, last - 0.02);
    EXPECT_GT(segment.end, segment.start);
    last = segment.end;
  }
  EXPECT_LE(last, 100 + waveform.duration() + 0.01);
  EXPECT_GT(last, 108);
}

TEST_F(PocketSphinx, ResultDependsOnThisWaveformAlone) {
  const auto folder = recordings();
  if (!folder) GTEST_SKIP() << "skipped: no reference data";
  Waveform first = read_wav(*folder / "jfk.wav");
  first.samples.erase(first.samples.begin(), first.samples.begin() + 5 * 16000);
  Waveform other = read_wav(*folder / "cards" / "001.wav");
  other.samples.resize(std::min<size_t>(other.samples.size(), 2 * 16000));
  PocketSphinxRecogniser fresh;
  PocketSphinxRecogniser& used = shared();
  const nlohmann::json alone = fresh.transcribe(first).to_json();
  used.transcribe(other);
  EXPECT_EQ(used.transcribe(first).to_json(), alone);
  used.transcribe(noise_burst(2, 0.5, 1.5, 0.9, 0.001));
  EXPECT_EQ(used.transcribe(first).to_json(), alone);
}

TEST_F(PocketSphinx, TimesSurviveSilenceBetweenStretches) {
  const auto folder = recordings();
  if (!folder) GTEST_SKIP() << "skipped: no reference data";
  const Waveform speech = read_wav(*folder / "jfk.wav");
  Waveform waveform;
  waveform.samples.assign(16000 * 3, 0.0f);
  waveform.samples.insert(waveform.samples.end(), speech.samples.begin(), speech.samples.begin() + 16000 * 2);
  waveform.samples.insert(waveform.samples.end(), 16000 * 6, 0.0f);
  waveform.samples.insert(waveform.samples.end(), speech.samples.end() - 16000 * 3, speech.samples.end());
  PocketSphinxRecogniser& recogniser = shared();
  const Transcript transcript = recogniser.transcribe(waveform);
  ASSERT_FALSE(transcript.segments.empty());
  for (const TranscriptSegment& segment : transcript.segments) {
    const bool in_first = segment.start > 2.7 && segment.end < 5.3;
    const bool in_second = segment.start > 10.7 && segment.end < 13.7;
    EXPECT_TRUE(in_first || in_second) << segment.text << " " << segment.start << " " << segment.end;
  }
  EXPECT_GT(transcript.segments.back().start, 10.7);
}

}  // namespace
}  // namespace foreview
