#include "sample/law.h"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace foreview {
namespace {

constexpr std::array<std::pair<SampleLaw, std::string_view>, 6> kNames = {{{SampleLaw::visual, "visual"},
                                                                           {SampleLaw::motion, "motion"},
                                                                           {SampleLaw::speech, "speech"},
                                                                           {SampleLaw::audio, "audio"},
                                                                           {SampleLaw::interaction, "interaction"},
                                                                           {SampleLaw::mixed, "mixed"}}};

/// Deviation 1 for a factor that is uniform in [-1, 1].
double standardised(double factor) { return factor * std::numbers::sqrt3; }

/// Deviation 1 for a score that is uniform on -4, -3, ..., 4 (variance 80 / 12).
double standardised_score(const SampleFactors& f) { return f.word_score / std::sqrt(80.0 / 12.0); }

double warmth(const SampleFactors& f) { return standardised(f.warmth); }
double brightness(const SampleFactors& f) { return standardised(f.brightness); }
double object_size(const SampleFactors& f) { return standardised(f.object_size); }
double texture(const SampleFactors& f) { return standardised(f.texture); }
double drift(const SampleFactors& f) { return standardised(f.drift); }
double rise(const SampleFactors& f) { return standardised(f.rise); }
double loudness(const SampleFactors& f) { return standardised(f.loudness); }
double pitch(const SampleFactors& f) { return standardised(f.pitch); }
double noisiness(const SampleFactors& f) { return standardised(f.noisiness); }
double words_in_scene(const SampleFactors& f) { return f.warmth >= 0 ? standardised_score(f) : -standardised_score(f); }

void add_visual(std::vector<LawTerm>& terms, double share) {
  terms.push_back({"warmth", "scene colour from cold blue to warm orange", 0.40 * share, warmth});
  terms.push_back({"brightness", "scene from dark to light", 0.30 * share, brightness});
  terms.push_back({"object_size", "objects from small to large", 0.20 * share, object_size});
  terms.push_back({"texture", "objects from plain to boldly striped", 0.10 * share, texture});
}

void add_motion(std::vector<LawTerm>& terms, double share) {
  terms.push_back({"drift", "movement to the right, minus to the left, the more the faster", 0.70 * share, drift});
  terms.push_back({"rise", "movement up, minus down, the more the faster", 0.30 * share, rise});
}

void add_speech(std::vector<LawTerm>& terms, double share) {
  terms.push_back({"word_score", "spoken good words minus spoken bad words", share, standardised_score});
}

void add_audio(std::vector<LawTerm>& terms, double share) {
  terms.push_back({"loudness", "soundtrack from quiet to loud", 0.45 * share, loudness});
  terms.push_back({"pitch", "tones from low to high", 0.35 * share, pitch});
  terms.push_back({"noisiness", "sound from pure tones to hiss", 0.20 * share, noisiness});
}

void add_interaction(std::vector<LawTerm>& terms, double share) {
  terms.push_back({"word_score_by_scene",
                   "spoken good words minus spoken bad words: counts for the video when the scene is warm "
                   "(warmth >= 0) and against it when the scene is cold",
                   share, words_in_scene});
}

}  // namespace

std::string_view name_of(SampleLaw law) {
  for (const auto& [value, name] : kNames)
    if (value == law) return name;
  return "mixed";
}

std::optional<SampleLaw> sample_law_from_name(std::string_view name) {
  for (const auto& [value, known] : kNames)
    if (known == name) return value;
  return std::nullopt;
}

std::vector<LawTerm> terms_of(SampleLaw law) {
  std::vector<LawTerm> terms;
  switch (law) {
    case SampleLaw::visual:
      add_visual(terms, 1);
      break;
    case SampleLaw::motion:
      add_motion(terms, 1);
      break;
    case SampleLaw::speech:
      add_speech(terms, 1);
      break;
    case SampleLaw::audio:
      add_audio(terms, 1);
      break;
    case SampleLaw::interaction:
      add_interaction(terms, 1);
      break;
    case SampleLaw::mixed:
      add_visual(terms, 0.35);
      add_motion(terms, 0.15);
      add_speech(terms, 0.15);
      add_audio(terms, 0.25);
      add_interaction(terms, 0.10);
      break;
  }
  return terms;
}

std::string law_in_words(SampleLaw law) {
  switch (law) {
    case SampleLaw::visual:
      return "how the scene looks decides the views; movement, speech and sound do not matter";
    case SampleLaw::motion:
      return "where and how fast the objects move decides the views; a single frame or its colours tell nothing";
    case SampleLaw::speech:
      return "which words are spoken decides the views; picture and other sound do not matter";
    case SampleLaw::audio:
      return "how the soundtrack sounds decides the views; words and picture do not matter";
    case SampleLaw::interaction:
      return "spoken words decide the views, but which way depends on whether the scene is warm or cold; neither tells "
             "anything without the other";
    case SampleLaw::mixed:
      break;
  }
  return "the look of the scene, movement, spoken words, sound, and words together with the scene add up";
}

double weight_of(const LawTerm& term) { return kSignalDeviation * std::sqrt(term.share); }

double explained_log_views(std::span<const LawTerm> terms, const SampleFactors& factors) {
  double sum = kMeanLogViews;
  for (const LawTerm& term : terms) sum += weight_of(term) * term.value(factors);
  return sum;
}

double variance(std::span<const double> values) {
  if (values.empty()) return 0;
  double mean = 0, sum = 0;
  for (double value : values) mean += value / static_cast<double>(values.size());
  for (double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size());
}

double attainable_r2(std::span<const double> actual, std::span<const double> explained) {
  std::vector<double> noise(actual.begin(), actual.end());
  for (size_t i = 0; i < noise.size(); ++i) noise[i] -= explained[i];
  const double total = variance(actual);
  return total > 0 ? 1 - variance(noise) / total : 0;
}

}  // namespace foreview
