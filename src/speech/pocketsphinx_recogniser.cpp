#include "speech/pocketsphinx_recogniser.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "core/hash.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "foreview/error.h"
#include "speech/pocketsphinx_decoder.h"
#include "speech/voice_gate.h"

namespace foreview {
namespace {

constexpr int sample_rate = 16000;  // what the model was trained on
constexpr double frames_per_second = 100;
constexpr double longest_utterance = 30;  // seconds; the word lattice grows faster than its length
constexpr double quietest_within = 5;     // seconds before that limit in which the quietest moment is the cut
constexpr double phrase_pause = 0.4;      // seconds between words that end a segment
constexpr double longest_segment = 8;     // seconds

/// A stretch of the waveform, in samples.
struct Stretch {
  size_t begin = 0, end = 0;
  size_t length() const { return end - begin; }
};

/// Start of the quietest 100 ms in the last seconds of a stretch that is too long.
size_t quietest_cut(const std::vector<float>& samples, size_t begin, size_t limit) {
  const size_t window = sample_rate / 10;
  const size_t from = std::max(begin + window, limit - static_cast<size_t>(quietest_within * sample_rate));
  size_t best = limit;
  double least = INFINITY;
  for (size_t at = from; at + window <= limit; at += window) {
    double energy = 0;
    for (size_t i = at; i < at + window; ++i) energy += std::isfinite(samples[i]) ? samples[i] * samples[i] : 0.0;
    if (energy < least) {
      least = energy;
      best = at + window / 2;
    }
  }
  return best;
}

/// The voiced spans, none longer than one utterance.
std::vector<Stretch> voiced_stretches(const Waveform& waveform) {
  const auto most = static_cast<size_t>(longest_utterance * sample_rate);
  std::vector<Stretch> stretches;
  for (const auto& [start, end] : speech_spans(waveform)) {
    Stretch rest{static_cast<size_t>(start * sample_rate),
                 std::min(waveform.samples.size(), static_cast<size_t>(end * sample_rate))};
    while (rest.length() > most) {
      const size_t cut = quietest_cut(waveform.samples, rest.begin, rest.begin + most);
      stretches.push_back({rest.begin, cut});
      rest.begin = cut;
    }
    if (rest.length() > 0) stretches.push_back(rest);
  }
  return stretches;
}

/// Stretches that follow one another are recognised together: the longer the utterance, the better its normalisation.
std::vector<std::vector<Stretch>> group_utterances(const std::vector<Stretch>& stretches) {
  std::vector<std::vector<Stretch>> utterances;
  size_t length = 0;
  for (const Stretch& stretch : stretches) {
    if (utterances.empty() || length + stretch.length() > static_cast<size_t>(longest_utterance * sample_rate)) {
      utterances.emplace_back();
      length = 0;
    }
    utterances.back().push_back(stretch);
    length += stretch.length();
  }
  return utterances;
}

std::vector<int16_t> pcm_of(const std::vector<float>& samples, const std::vector<Stretch>& utterance) {
  std::vector<int16_t> pcm;
  for (const Stretch& stretch : utterance) {
    for (size_t i = stretch.begin; i < stretch.end; ++i) {
      const float sample = std::isfinite(samples[i]) ? std::clamp(samples[i], -1.0f, 1.0f) : 0.0f;
      pcm.push_back(static_cast<int16_t>(std::lround(sample * 32767)));
    }
  }
  return pcm;
}

/// Seconds in the waveform of a moment in an utterance that is made of several stretches.
double waveform_seconds(const std::vector<Stretch>& utterance, double utterance_seconds) {
  double samples = utterance_seconds * sample_rate;
  for (const Stretch& stretch : utterance) {
    if (samples <= stretch.length()) return (stretch.begin + samples) / sample_rate;
    samples -= stretch.length();
  }
  return static_cast<double>(utterance.back().end) / sample_rate;
}

void add_word(std::vector<TranscriptSegment>& segments, const TranscriptSegment& word) {
  if (segments.empty() || word.start - segments.back().end > phrase_pause ||
      word.end - segments.back().start > longest_segment) {
    segments.push_back(word);
    return;
  }
  segments.back().text += " " + word.text;
  segments.back().end = word.end;
}

}  // namespace

struct PocketSphinxRecogniser::Impl {
  PocketSphinxHandle decoder;
};

PocketSphinxRecogniser::PocketSphinxRecogniser() : PocketSphinxRecogniser(pocketsphinx_settings()) {}
PocketSphinxRecogniser::PocketSphinxRecogniser(const std::vector<std::string>& settings)
    : impl_(std::make_unique<Impl>(Impl{open_pocketsphinx(settings)})) {}
PocketSphinxRecogniser::~PocketSphinxRecogniser() = default;

Transcript PocketSphinxRecogniser::transcribe(const Waveform& waveform) {
  if (waveform.sample_rate != sample_rate) {
    throw Error({.problem = "the speech recogniser got sound at another rate",
                 .expected = "16000 samples per second",
                 .got = std::to_string(waveform.sample_rate)});
  }
  Transcript transcript{.source = "pocketsphinx", .language = "en", .segments = {}};
  for (const std::vector<Stretch>& utterance : group_utterances(voiced_stretches(waveform))) {
    throw_if_interrupted();
    for (const RecognisedWord& word : recognise_utterance(*impl_->decoder, pcm_of(waveform.samples, utterance))) {
      const double start = waveform_seconds(utterance, word.first_frame / frames_per_second);
      const double end = waveform_seconds(utterance, (word.last_frame + 1) / frames_per_second);
      add_word(transcript.segments, {word.text, waveform.start + start, waveform.start + end});
    }
  }
  return transcript;
}

bool PocketSphinxRecogniser::is_available() {
  const PocketSphinxModel model = pocketsphinx_model();
  std::error_code ignored;
  return std::filesystem::is_regular_file(model.acoustic + "/mdef", ignored) &&
         std::filesystem::is_regular_file(model.language_model, ignored) &&
         std::filesystem::is_regular_file(model.dictionary, ignored);
}

std::string PocketSphinxRecogniser::fingerprint() {
  static const std::string result = [] {
    std::string canonical = "pocketsphinx transcript 2 " + join(pocketsphinx_settings(), " ");
    if (!is_available()) return foreview::fingerprint(canonical + " no model");
    const PocketSphinxModel model = pocketsphinx_model();
    for (const std::string& file : {model.acoustic + "/mdef", model.acoustic + "/means", model.acoustic + "/sendump",
                                    model.language_model, model.dictionary}) {
      canonical += " " + sha256_file(file);
    }
    return foreview::fingerprint(canonical);
  }();
  return result;
}

}  // namespace foreview
