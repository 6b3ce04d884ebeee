#include "evaluation/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/text.h"

namespace foreview {
namespace {

// Floors of both tracks may share a name: the one compared against was the better one the track may use.
const ModelResult* find_floor(const Results& results, const ModelResult& model) {
  const ModelResult* best = nullptr;
  for (const ModelResult& floor : results.models) {
    const bool usable = model.track == Track::author_aware || floor.track == Track::author_free;
    if (floor.role != ModelRole::floor || floor.name != model.best_floor || !usable) continue;
    if (!best || floor.test.rmse < best->test.rmse) best = &floor;
  }
  return best;
}

std::string share_text(double model_nmse, double floor_nmse) {
  if (!(floor_nmse > 0)) return "";
  const double change = 100 * (1 - model_nmse / floor_nmse);
  if (std::abs(change) < 0.5) return ", as good as equal";
  return fmt::format(", {:.0f} % {} squared error", std::abs(change), change > 0 ? "less" : "more");
}

std::string interval_text(const PairedDifference& difference) {
  const char* reading = difference.high < 0  ? "all below zero, so not chance"
                        : difference.low > 0 ? "all above zero: worse than the simple guess"
                                             : "which includes zero, so it may be chance";
  return fmt::format("; 95 % interval of the difference {:+.3f} to {:+.3f}, {}", difference.low, difference.high,
                     reading);
}

std::string comparison(const Results& results, const ModelResult& model) {
  const std::string name = fmt::format("'{}' ({})", clean_utf8(model.name), spoken_name(model.track));
  const ModelResult* floor = find_floor(results, model);
  if (!floor) return fmt::format("{} had no simple guess to be compared with.", name);
  if (!model.test.nmse || !floor->test.nmse)
    return fmt::format(
        "{} and the best simple guess, '{}', cannot be told apart: all test labels are equal or a prediction is no "
        "number.",
        name, clean_utf8(floor->name));
  return fmt::format("{} has an nMSE of {:.3f} against {:.3f} of the best simple guess, '{}'{}{}.", name,
                     *model.test.nmse, *floor->test.nmse, clean_utf8(floor->name),
                     share_text(*model.test.nmse, *floor->test.nmse),
                     model.against_best_floor ? interval_text(*model.against_best_floor) : "");
}

std::vector<std::string> compare_finals(const Results& results) {
  std::vector<std::string> sentences;
  for (const ModelResult& model : results.models)
    if (model.role == ModelRole::final_model)
      sentences.push_back(fmt::format("On {} videos that nothing was fitted on, ", results.options.test) +
                          comparison(results, model));
  if (sentences.empty()) sentences.emplace_back("No final model was tested.");
  return sentences;
}

VerdictText explain_too_few(const EvaluationOptions& options) {
  std::vector<std::string> short_of;
  if (options.test < options.least_test)
    short_of.push_back(fmt::format("{} to test on ({} needed)", options.test, options.least_test));
  if (options.train < options.least_train)
    short_of.push_back(fmt::format("{} to train on ({} needed)", options.train, options.least_train));
  // A fifth of the labelled videos is tested on and about two thirds are trained on, unless settings say otherwise.
  const int enough = std::max(5 * options.least_test, 5 * options.least_train / 3);
  return {
      "Too few videos: nothing can be said about how good this model is",
      {fmt::format("There were only {}, so no skill is claimed.", join(short_of, " and "))},
      fmt::format("Forecasts are still answered, but treat them as guesses. Add labelled videos (about {} in all are "
                  "enough with the usual split) and run again.",
                  enough)};
}

}  // namespace

std::string spoken_name(Track track) { return track == Track::author_free ? "author-free" : "author-aware"; }

VerdictText explain_verdict(const Results& results) {
  switch (results.verdict) {
    case Verdict::too_few_videos:
      return explain_too_few(results.options);
    case Verdict::skill:
      return {"Skill: better than every simple guess on videos it had not seen", compare_finals(results),
              "Forecasts carry real information about videos like these. Read them with their interval, and test again "
              "when the videos, the site or the authors change."};
    case Verdict::no_skill:
      break;
  }
  return {
      "No skill: not shown to be better than a simple guess", compare_finals(results),
      "Do not rely on these forecasts. More labelled videos, other inputs or a target that depends on the video itself "
      "may change that; trying many settings until one passes does not."};
}

}  // namespace foreview
