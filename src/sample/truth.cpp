#include "sample/truth.h"

#include <cmath>

#include "core/json.h"
#include "sample/law.h"
#include "sample/spoken_words.h"
#include "sample/view_text.h"

namespace foreview {
namespace {

using Json = nlohmann::ordered_json;

Json factors_json(const SampleFactors& f) {
  return {{"warmth", f.warmth},         {"brightness", f.brightness}, {"object_size", f.object_size},
          {"texture", f.texture},       {"drift", f.drift},           {"rise", f.rise},
          {"word_score", f.word_score}, {"loudness", f.loudness},     {"pitch", f.pitch},
          {"noisiness", f.noisiness}};
}

Json terms_json(std::span<const LawTerm> terms) {
  Json list = Json::array();
  for (const LawTerm& term : terms)
    list.push_back({{"name", term.name},
                    {"meaning", term.meaning},
                    {"share_of_explained_variance", term.share},
                    {"weight", weight_of(term)}});
  return list;
}

Json videos_json(std::span<const VideoPlan> plans, std::span<const LawTerm> terms) {
  Json list = Json::array();
  for (const VideoPlan& plan : plans) {
    const double actual = std::log1p(static_cast<double>(plan.views));
    Json values;
    for (const LawTerm& term : terms) values[term.name] = term.value(plan.factors);
    list.push_back({{"id", plan.id},
                    {"views", plan.views},
                    {"log1p_views", actual},
                    {"explained", plan.explained},
                    {"noise", actual - plan.explained},
                    {"term_values", std::move(values)},
                    {"factors", factors_json(plan.factors)},
                    {"words", plan.words},
                    {"voice_pitch", plan.voice_pitch}});
  }
  return list;
}

}  // namespace

std::string metadata_text(std::span<const VideoPlan> plans) {
  Json list = Json::array();
  for (const VideoPlan& plan : plans)
    list.push_back({{"id", plan.id},
                    {"url", "https://example.com/@" + plan.author + "/video/" + plan.id},
                    {"views", view_text(plan.views)},
                    {"description", plan.caption},
                    {"uploader_id", plan.author},
                    {"timestamp", plan.timestamp}});
  return list.dump(1) + "\n";
}

std::string truth_text(std::span<const VideoPlan> plans, const SampleOptions& options) {
  const std::vector<LawTerm> terms = terms_of(options.law);
  std::vector<double> actual, explained;
  for (const VideoPlan& plan : plans) {
    actual.push_back(std::log1p(static_cast<double>(plan.views)));
    explained.push_back(plan.explained);
  }
  const Json truth = {
      {"law", name_of(options.law)},
      {"in_words", law_in_words(options.law)},
      {"formula",
       "log1p(views) = mean + sum over terms of weight * value + noise; a value is its factor made to have "
       "mean 0 and deviation 1; views are then rounded as the site shows them"},
      {"mean", kMeanLogViews},
      {"noise_deviation", kNoiseDeviation},
      {"attainable_r2", attainable_r2(actual, explained)},
      {"attainable_r2_formula", "1 - variance(noise) / variance(log1p_views) over the videos below"},
      {"without_effect", "caption, author, posting time, length, and every factor that no term names"},
      {"terms", terms_json(terms)},
      {"good_words", good_words()},
      {"bad_words", bad_words()},
      {"neutral_words", neutral_words()},
      {"seed", options.seed},
      {"videos", videos_json(plans, terms)}};
  return truth.dump(1) + "\n";
}

}  // namespace foreview
