#include "sample/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/hash.h"
#include "core/random.h"
#include "foreview/error.h"
#include "sample/captions.h"
#include "sample/law.h"
#include "sample/spoken_words.h"
#include "sample/view_text.h"

namespace foreview {
namespace {

/// Part of every seed: a folder begun by a generator that drew differently is recognised as foreign by its ids.
constexpr int kGeneratorVersion = 1;
constexpr int64_t kFirstPost = 1672531200;          // 2023-01-01
constexpr int64_t kPostingPeriod = 365LL * 86'400;  // seconds
constexpr double kFewestSeconds = 3, kMostSeconds = 8;
/// Typical seconds that one word takes with the pause after it; bounds the number of words in a short video.
constexpr double kSecondsPerWord = 0.72;

/// `count` numbers in [0, 1), one in each of `count` equal parts, in random order.
std::vector<double> stratified(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<double> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = (static_cast<double>(i) + random.uniform()) / static_cast<double>(count);
  random.shuffle(std::span<double>(values));
  return values;
}

/// The standard normal quantile by bisection on the error function: exact to the last digits, speed is no matter here.
double normal_quantile(double probability) {
  double low = -9, high = 9;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (0.5 * std::erfc(-middle / std::sqrt(2.0)) < probability ? low : high) = middle;
  }
  return (low + high) / 2;
}

/// One column a factor: [videos].
struct Columns {
  size_t count;
  uint64_t seed;
  std::vector<double> of(std::string_view name) const { return stratified(count, derive_seed(seed, name)); }
};

void draw_factors(std::vector<VideoPlan>& plans, const Columns& columns) {
  const std::pair<std::string_view, double SampleFactors::*> uniform[] = {{"warmth", &SampleFactors::warmth},
                                                                          {"brightness", &SampleFactors::brightness},
                                                                          {"object_size", &SampleFactors::object_size},
                                                                          {"texture", &SampleFactors::texture},
                                                                          {"drift", &SampleFactors::drift},
                                                                          {"rise", &SampleFactors::rise},
                                                                          {"loudness", &SampleFactors::loudness},
                                                                          {"pitch", &SampleFactors::pitch},
                                                                          {"noisiness", &SampleFactors::noisiness}};
  for (const auto& [name, member] : uniform) {
    const std::vector<double> column = columns.of(name);
    for (size_t i = 0; i < plans.size(); ++i) plans[i].factors.*member = 2 * column[i] - 1;
  }
  const std::vector<double> scores = columns.of("word_score");
  for (size_t i = 0; i < plans.size(); ++i)
    plans[i].factors.word_score = static_cast<int>(scores[i] * (2 * kLargestScore + 1)) - kLargestScore;
}

void draw_words_and_looks(VideoPlan& plan, double length, double posted, uint64_t seed) {
  Random random(seed);
  plan.least_seconds = kFewestSeconds + (kMostSeconds - kFewestSeconds) * length;
  const int most = std::clamp(static_cast<int>((plan.least_seconds - 0.6) / kSecondsPerWord), kFewestWords, kMostWords);
  plan.words = draw_words(kFewestWords + static_cast<int>(random.below(most - kFewestWords + 1)),
                          plan.factors.word_score, random);
  plan.voice_pitch = 45 + 5 * static_cast<int>(random.below(4));
  plan.author = draw_author(random);
  plan.caption = draw_caption(random);
  plan.timestamp = kFirstPost + static_cast<int64_t>(posted * kPostingPeriod);
  plan.id = std::to_string((static_cast<uint64_t>(plan.timestamp) << 32) | (random.next() >> 32));
  plan.media_seed = random.next();
}

}  // namespace

std::vector<VideoPlan> plan_sample(const SampleOptions& options) {
  if (options.videos < 1)
    throw Error({.problem = "a sample needs at least one video", .got = std::to_string(options.videos)},
                ErrorKind::usage);
  const size_t count = static_cast<size_t>(options.videos);
  const Columns columns{count, derive_seed(options.seed, fmt::format("sample v{} {} {}", kGeneratorVersion,
                                                                     name_of(options.law), count))};
  std::vector<VideoPlan> plans(count);
  draw_factors(plans, columns);
  const std::vector<double> lengths = columns.of("length"), posted = columns.of("posted"), noise = columns.of("noise");
  const std::vector<LawTerm> terms = terms_of(options.law);
  for (size_t i = 0; i < count; ++i) {
    VideoPlan& plan = plans[i];
    draw_words_and_looks(plan, lengths[i], posted[i], derive_seed(columns.seed, fmt::format("video {}", i)));
    plan.explained = explained_log_views(terms, plan.factors);
    const double log_views = plan.explained + kNoiseDeviation * normal_quantile(noise[i]);
    plan.views = rounded_views(static_cast<uint64_t>(std::llround(std::max(0.0, std::expm1(log_views)))));
  }
  return plans;
}

}  // namespace foreview
