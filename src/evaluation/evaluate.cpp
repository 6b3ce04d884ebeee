#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/text.h"
#include "evaluation/checks.h"
#include "evaluation/results.h"
#include "foreview/error.h"

namespace foreview {
namespace {

void require_rows(const std::string& what, size_t expected, size_t got) {
  if (expected == got) return;
  throw Error({.file = "",
               .problem = what + " does not fit the test set",
               .expected = fmt::format("{} rows", expected),
               .got = fmt::format("{}", got),
               .advice = "train and evaluate again"});
}

void check_predictions(const TestSet& test, const ModelPredictions& model) {
  const std::string name = "model '" + clean_utf8(model.name) + "'";
  require_rows(name, test.truth.size(), model.prediction.size());
  if (model.low.empty() && model.high.empty()) return;
  require_rows(name + " (interval)", test.truth.size(), model.low.size());
  require_rows(name + " (interval)", test.truth.size(), model.high.size());
}

void check_test_set(const TestSet& test) {
  require_rows("the list of ids", test.truth.size(), test.ids.size());
  require_rows("the raw truth", test.truth.size(), test.truth_raw.size());
  for (const auto* ends : {&test.truth_low, &test.truth_high, &test.truth_raw_low, &test.truth_raw_high})
    require_rows("the intervals of the truth", test.truth_low.empty() ? 0 : test.truth.size(), ends->size());
  for (size_t i = 0; i < test.truth.size(); ++i)
    if (!std::isfinite(test.truth[i]) || !std::isfinite(test.truth_raw[i]))
      throw Error({.file = clean_utf8(test.ids[i]),
                   .problem = "its label is no finite number on the modelled scale",
                   .expected = "a finite number",
                   .got = fmt::format("{}", test.truth_raw[i]),
                   .advice = "mend the label or choose another transform"});
  for (const ModelPredictions& model : test.models) check_predictions(test, model);
  for (const Variant& variant : test.variants) check_predictions(test, variant.predictions);
}

/// Predictions whose distance to the truth is that to the nearest point of its interval: 0 inside. Without intervals
/// the predictions themselves.
std::vector<double> beside_rounding(const std::vector<double>& prediction, const std::vector<double>& truth,
                                    const std::vector<double>& low, const std::vector<double>& high) {
  std::vector<double> moved = prediction;
  for (size_t i = 0; i < low.size(); ++i)
    if (low[i] < high[i]) moved[i] = truth[i] + prediction[i] - std::clamp(prediction[i], low[i], high[i]);
  return moved;
}

/// Share of forecasts whose 80 % interval meets what rounding leaves of the truth.
double coverage(const TestSet& test, const ModelPredictions& model) {
  size_t met = 0;
  for (size_t i = 0; i < test.truth.size(); ++i)
    met += model.low[i] <= test.truth_high[i] && test.truth_low[i] <= model.high[i];
  return static_cast<double>(met) / static_cast<double>(test.truth.size());
}

Metrics measure(const TestSet& test, const ModelPredictions& model, const EvaluationOptions& options) {
  std::vector<double> raw = model.prediction;
  if (options.log1p)
    for (double& value : raw) value = std::expm1(value);
  Metrics metrics =
      compute_metrics({.truth = test.truth,
                       .prediction = beside_rounding(model.prediction, test.truth, test.truth_low, test.truth_high),
                       .low = model.low,
                       .high = model.high,
                       .truth_raw = test.truth_raw,
                       .prediction_raw = beside_rounding(raw, test.truth_raw, test.truth_raw_low, test.truth_raw_high),
                       .binary = options.binary});
  if (test.truth_low.empty()) return metrics;
  if (metrics.spearman)
    metrics.spearman = spearman(test.truth, model.prediction);  // ranks of the predictions as they are
  if (metrics.coverage80) metrics.coverage80 = coverage(test, model);
  return metrics;
}

// All models share the test set's variance, so the lowest MSE is also the lowest nMSE and is there for constant truth.
const ModelPredictions* best_floor_for(Track track, const TestSet& test) {
  const ModelPredictions* best = nullptr;
  double best_error = 0;
  for (const ModelPredictions& model : test.models) {
    const bool usable = track == Track::author_aware || model.track == Track::author_free;
    if (model.role != ModelRole::floor || !usable || test.truth.empty()) continue;
    const double error =
        mean_squared_error(test.truth, beside_rounding(model.prediction, test.truth, test.truth_low, test.truth_high));
    if (!std::isfinite(error) || (best && error >= best_error)) continue;
    best = &model;
    best_error = error;
  }
  return best;
}

std::optional<PairedDifference> difference(const TestSet& test, const ModelPredictions& model,
                                           const ModelPredictions& floor, const EvaluationOptions& options) {
  const auto beside = [&](const ModelPredictions& one) {
    return beside_rounding(one.prediction, test.truth, test.truth_low, test.truth_high);
  };
  const PairedDifference result =
      paired_bootstrap_nmse(test.truth, beside(model), beside(floor), options.bootstrap_draws, options.seed);
  const bool known = std::isfinite(result.delta) && std::isfinite(result.low) && std::isfinite(result.high);
  return known ? std::optional(result) : std::nullopt;
}

Verdict judge(const Results& results) {
  const EvaluationOptions& options = results.options;
  if (options.test < options.least_test || options.train < options.least_train) return Verdict::too_few_videos;
  bool any_final = false;
  for (const ModelResult& model : results.models) {
    if (model.role != ModelRole::final_model) continue;
    any_final = true;
    if (!model.against_best_floor || model.against_best_floor->high >= 0) return Verdict::no_skill;
  }
  return any_final ? Verdict::skill : Verdict::no_skill;
}

VariantResult measure_variant(const TestSet& test, const Variant& variant, const EvaluationOptions& options,
                              bool enough) {
  const ModelPredictions& model = variant.predictions;
  VariantResult result{.study = variant.study,
                       .name = model.name,
                       .track = model.track,
                       .train = variant.train,
                       .test = measure(test, model, options)};
  for (const ModelPredictions& whole : test.models)
    if (enough && whole.role == ModelRole::final_model && whole.track == model.track &&
        whole.prediction != model.prediction)  // the curve's last point is that model itself
      result.against_final = difference(test, model, whole, options);
  if (const ModelPredictions* floor = best_floor_for(model.track, test)) {
    result.best_floor = floor->name;
    if (enough) result.against_best_floor = difference(test, model, *floor, options);
  }
  return result;
}

}  // namespace

Results evaluate(const TestSet& test, const EvaluationOptions& options) {
  check_test_set(test);
  Results results{.options = options, .models = {}, .verdict = Verdict::too_few_videos, .variants = {}};
  results.options.test = static_cast<int>(test.truth.size());
  const bool enough = results.options.test >= options.least_test && options.train >= options.least_train;
  for (const ModelPredictions& model : test.models) {
    ModelResult result{.name = model.name,
                       .role = model.role,
                       .track = model.track,
                       .test = measure(test, model, options),
                       .within_training = model.within_training,
                       .best_floor = {},
                       .against_best_floor = {},
                       .reliability = {},
                       .calibration = {}};
    if (model.role == ModelRole::final_model) {
      result.reliability =
          reliability_by_decile(test.truth, model.prediction, model.low, model.high, test.truth_low, test.truth_high);
      if (!options.binary)
        result.calibration = quantile_calibration(test.truth, model.prediction, model.low, model.high);
    }
    const ModelPredictions* floor = model.role == ModelRole::floor ? nullptr : best_floor_for(model.track, test);
    if (floor) {
      result.best_floor = floor->name;
      if (enough) result.against_best_floor = difference(test, model, *floor, options);
    }
    results.models.push_back(std::move(result));
  }
  std::stable_sort(results.models.begin(), results.models.end(), [](const ModelResult& a, const ModelResult& b) {
    return std::pair(a.role, a.track) < std::pair(b.role, b.track);
  });
  results.verdict = judge(results);
  for (const Variant& variant : test.variants)
    results.variants.push_back(measure_variant(test, variant, options, enough));
  return results;
}

}  // namespace foreview
