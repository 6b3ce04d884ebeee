#include "sample/law.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "sample/plan.h"
#include "sample/spoken_words.h"

namespace foreview {
namespace {

constexpr SampleLaw kLaws[] = {SampleLaw::visual, SampleLaw::motion,      SampleLaw::speech,
                               SampleLaw::audio,  SampleLaw::interaction, SampleLaw::mixed};

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> sum(a.size());
  for (size_t i = 0; i < a.size(); ++i) sum[i] = a[i] + b[i];
  return (variance(sum) - variance(a) - variance(b)) / 2 / std::sqrt(variance(a) * variance(b));
}

std::map<std::string, std::vector<double>> factor_columns(const std::vector<VideoPlan>& plans) {
  std::map<std::string, std::vector<double>> columns;
  for (const VideoPlan& plan : plans) {
    const SampleFactors& f = plan.factors;
    columns["warmth"].push_back(f.warmth);
    columns["brightness"].push_back(f.brightness);
    columns["object_size"].push_back(f.object_size);
    columns["texture"].push_back(f.texture);
    columns["drift"].push_back(f.drift);
    columns["rise"].push_back(f.rise);
    columns["word_score"].push_back(f.word_score);
    columns["loudness"].push_back(f.loudness);
    columns["pitch"].push_back(f.pitch);
    columns["noisiness"].push_back(f.noisiness);
    columns["length"].push_back(plan.least_seconds);
    columns["words"].push_back(static_cast<double>(plan.words.size()));
    columns["voice_pitch"].push_back(plan.voice_pitch);
    columns["noise"].push_back(std::log1p(static_cast<double>(plan.views)) - plan.explained);
    columns["timestamp"].push_back(static_cast<double>(plan.timestamp) - 1.69e9);
  }
  return columns;
}

TEST(SampleLaw, NamesGoBothWays) {
  for (const SampleLaw law : kLaws) EXPECT_EQ(sample_law_from_name(name_of(law)), law);
  EXPECT_FALSE(sample_law_from_name("chance"));
}

TEST(SampleLaw, SharesSumToOneAndTermsAreStandardised) {
  for (const SampleLaw law : kLaws) {
    const std::vector<VideoPlan> plans = plan_sample({.videos = 2000, .seed = 5, .law = law});
    double shares = 0;
    for (const LawTerm& term : terms_of(law)) {
      shares += term.share;
      std::vector<double> values;
      for (const VideoPlan& plan : plans) values.push_back(term.value(plan.factors));
      EXPECT_NEAR(variance(values), 1, 0.05) << term.name;
      EXPECT_NEAR(std::accumulate(values.begin(), values.end(), 0.0) / 2000, 0, 0.06) << term.name;
    }
    EXPECT_NEAR(shares, 1, 1e-9) << name_of(law);
  }
}

TEST(SampleLaw, SightAndSoundCarryMostOfTheMixedLaw) {
  double carried = 0;
  for (const LawTerm& term : terms_of(SampleLaw::mixed))
    for (const SampleLaw part : {SampleLaw::visual, SampleLaw::audio})
      for (const LawTerm& own : terms_of(part)) carried += own.name == term.name ? term.share : 0;
  EXPECT_GE(carried, 0.5);
}

TEST(SampleLaw, FactorsAreIndependentOfEachOther) {
  for (const SampleLaw law : kLaws) {
    const auto columns = factor_columns(plan_sample({.videos = 2000, .seed = 3, .law = law}));
    for (auto a = columns.begin(); a != columns.end(); ++a)
      for (auto b = std::next(a); b != columns.end(); ++b) {
        // Length bounds the number of words: the one dependence there is, and neither has an effect.
        if (a->first == "length" && b->first == "words") continue;
        EXPECT_LT(std::abs(correlation(a->second, b->second)), 0.1)
            << name_of(law) << " " << a->first << " " << b->first;
      }
  }
}

TEST(SampleLaw, ViewsSpreadFromHundredsToMillionsAndMostOfTheirVarianceIsExplained) {
  for (const SampleLaw law : kLaws) {
    const std::vector<VideoPlan> plans = plan_sample({.videos = 240, .seed = 1, .law = law});
    std::vector<double> actual, explained;
    for (const VideoPlan& plan : plans) {
      actual.push_back(std::log1p(static_cast<double>(plan.views)));
      explained.push_back(plan.explained);
    }
    EXPECT_GT(attainable_r2(actual, explained), 0.82) << name_of(law);
    EXPECT_LT(attainable_r2(actual, explained), 0.93) << name_of(law);
    EXPECT_LT(*std::ranges::min_element(actual), std::log(2000.0)) << name_of(law);
    EXPECT_GT(*std::ranges::max_element(actual), std::log(500e3)) << name_of(law);
  }
}

TEST(SampleLaw, InteractionIsInvisibleToEitherPartAlone) {
  const std::vector<VideoPlan> plans = plan_sample({.videos = 2000, .seed = 2, .law = SampleLaw::interaction});
  std::vector<double> views, score, warmth, product;
  for (const VideoPlan& plan : plans) {
    views.push_back(plan.explained);
    score.push_back(plan.factors.word_score);
    warmth.push_back(plan.factors.warmth);
    product.push_back(plan.factors.word_score * (plan.factors.warmth >= 0 ? 1 : -1));
  }
  EXPECT_LT(std::abs(correlation(views, score)), 0.1);
  EXPECT_LT(std::abs(correlation(views, warmth)), 0.1);
  EXPECT_GT(correlation(views, product), 0.999);
}

TEST(SampleLaw, AttainableR2IsOneMinusTheNoisesShare) {
  EXPECT_DOUBLE_EQ(attainable_r2(std::vector<double>{1, 2, 3, 4}, std::vector<double>{1, 2, 3, 4}), 1);
  // noise -1, 1, 1, -1: variance 1; actual 0, 2, 4, 2: variance 2.
  EXPECT_DOUBLE_EQ(attainable_r2(std::vector<double>{0, 2, 4, 2}, std::vector<double>{1, 1, 3, 3}), 0.5);
  EXPECT_EQ(attainable_r2(std::vector<double>{5}, std::vector<double>{4}), 0);
}

TEST(SpokenWords, ScoreIsExactAndWordsDiffer) {
  Random random(1);
  const auto count_in = [](std::span<const std::string_view> list, const std::vector<std::string>& words) {
    return static_cast<int>(
        std::ranges::count_if(words, [&](const auto& word) { return std::ranges::find(list, word) != list.end(); }));
  };
  for (int count = kFewestWords; count <= kMostWords; ++count)
    for (int score = -kLargestScore; score <= kLargestScore; ++score)
      for (int repeat = 0; repeat < 20; ++repeat) {
        const std::vector<std::string> words = draw_words(count, score, random);
        EXPECT_EQ(words.size(), static_cast<size_t>(count));
        EXPECT_EQ(std::set<std::string>(words.begin(), words.end()).size(), words.size());
        EXPECT_EQ(count_in(good_words(), words) - count_in(bad_words(), words), score);
      }
}

TEST(SpokenWords, CaptionsHoldNoneOfThem) {
  for (const VideoPlan& plan : plan_sample({.videos = 500}))
    for (const auto list : {good_words(), bad_words(), neutral_words()})
      for (const std::string_view word : list) EXPECT_EQ(plan.caption.find(word), std::string::npos) << plan.caption;
}

}  // namespace
}  // namespace foreview
