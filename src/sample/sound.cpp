#include "sample/sound.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/random.h"

namespace foreview {
namespace {

constexpr double kFirstWordAt = 0.3, kPause = 0.15, kAfterLastWord = 0.35;  // seconds
constexpr float kUnderSpeech = 0.18f;                                       // the pattern's gain while a word is heard
constexpr double kDuckSeconds = 0.08;                                       // how fast it is lowered and raised
constexpr float kMusicLevel = 0.1f;                                         // root mean square
constexpr double kQuietest = -24, kLoudest = 3;                             // decibels, of the whole mix
constexpr std::array<int, 5> kScale = {0, 2, 4, 7, 9};                      // semitones of a major pentatonic scale

/// -1 to 1 gives 130 Hz to 1040 Hz, even in octaves.
double base_frequency(double pitch) { return 130.0 * std::exp2(1.5 * (pitch + 1)); }

struct Note {
  double frequency;  // Hz
  double seconds;
};

/// A decaying tone with two overtones.
void add_tone(std::vector<float>& samples, size_t from, const Note& note, int sample_rate) {
  const double step = 2 * std::numbers::pi * note.frequency / sample_rate;
  const auto end = std::min(samples.size(), from + static_cast<size_t>(1.5 * note.seconds * sample_rate));
  for (size_t i = from; i < end; ++i) {
    const double t = static_cast<double>(i - from) / sample_rate;
    const double envelope = std::min(1.0, t / 0.01) * std::exp(-2.5 * t / note.seconds);
    const double phase = step * static_cast<double>(i - from);
    samples[i] +=
        static_cast<float>(envelope * (std::sin(phase) + 0.3 * std::sin(2 * phase) + 0.1 * std::sin(3 * phase)));
  }
}

/// A decaying burst of hiss between two notes.
void add_hiss(std::vector<float>& samples, size_t from, double seconds, int sample_rate, Random& random) {
  const auto end = std::min(samples.size(), from + static_cast<size_t>(seconds * sample_rate));
  for (size_t i = from; i < end; ++i) {
    const double t = static_cast<double>(i - from) / sample_rate;
    samples[i] += static_cast<float>(std::min(1.0, t / 0.005) * std::exp(-2.0 * t / seconds) * random.uniform(-1, 1));
  }
}

void set_level(std::vector<float>& samples, double level) {
  double energy = 1e-12;
  for (const float sample : samples) energy += double{sample} * sample;
  const auto gain = static_cast<float>(level / std::sqrt(energy / static_cast<double>(samples.size())));
  for (float& sample : samples) sample *= gain;
}

/// Places the words one after the other; returns when the last has ended.
double place_words(const VideoPlan& plan, SpeechSynthesizer& speech, int sample_rate, std::vector<float>& voice,
                   std::vector<SpokenWord>& words) {
  double time = kFirstWordAt;
  for (const std::string& word : plan.words) {
    const auto spoken = speech.say(word, plan.voice_pitch);
    const auto start = static_cast<size_t>(std::lround(time * sample_rate));
    voice.resize(start + spoken->size());
    std::ranges::copy(*spoken, voice.begin() + static_cast<std::ptrdiff_t>(start));
    const double end = static_cast<double>(voice.size()) / sample_rate;
    words.push_back({word, static_cast<double>(start) / sample_rate, end});
    time = end + kPause;
  }
  return words.empty() ? 0 : words.back().end;
}

}  // namespace

std::vector<float> tone_pattern(const VideoPlan& plan, size_t count, int sample_rate) {
  Random random(derive_seed(plan.media_seed, "sound"));
  std::vector<float> tones(count), hiss(count);
  const double beat = random.uniform(0.22, 0.4);
  std::array<double, 4> melody;  // Hz, repeated through the video
  for (double& frequency : melody)
    frequency = base_frequency(plan.factors.pitch) * std::exp2(kScale[random.below(kScale.size())] / 12.0);
  for (size_t k = 0;; ++k) {
    const auto from = static_cast<size_t>(static_cast<double>(k) * beat * sample_rate);
    if (from >= count) break;
    add_tone(tones, from, {melody[k % melody.size()], beat}, sample_rate);
    add_hiss(hiss, from + static_cast<size_t>(beat / 2 * sample_rate), beat, sample_rate, random);
  }
  const double share = 0.5 + 0.45 * plan.factors.noisiness;  // of the power that is hiss
  set_level(tones, kMusicLevel * std::sqrt(1 - share));
  set_level(hiss, kMusicLevel * std::sqrt(share));
  for (size_t i = 0; i < count; ++i) tones[i] += hiss[i];
  return tones;
}

Soundtrack make_soundtrack(const VideoPlan& plan, SpeechSynthesizer& speech, int sample_rate) {
  Soundtrack track;
  std::vector<float> voice;
  const double spoken_until = place_words(plan, speech, sample_rate, voice, track.words);
  track.seconds = std::max(plan.least_seconds, spoken_until + kAfterLastWord);
  const auto count = static_cast<size_t>(std::lround(track.seconds * sample_rate));
  voice.resize(count);
  track.samples = tone_pattern(plan, count, sample_rate);

  const double decibels = kQuietest + (kLoudest - kQuietest) * (plan.factors.loudness + 1) / 2;
  const auto gain = static_cast<float>(std::pow(10.0, decibels / 20));
  const auto smoothing = static_cast<float>(1 - std::exp(-1 / (kDuckSeconds / 3 * sample_rate)));
  float ducking = 1;
  size_t word = 0;
  for (size_t i = 0; i < count; ++i) {
    const double time = static_cast<double>(i) / sample_rate;
    while (word < track.words.size() && time > track.words[word].end) ++word;
    const bool speaking = word < track.words.size() && time > track.words[word].start - kDuckSeconds;
    ducking += smoothing * ((speaking ? kUnderSpeech : 1.0f) - ducking);
    track.samples[i] = std::tanh(gain * (voice[i] + ducking * track.samples[i]));
  }
  return track;
}

}  // namespace foreview
