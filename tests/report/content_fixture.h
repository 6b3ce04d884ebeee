#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/random.h"
#include "report/html_report.h"

namespace foreview::testing {

inline const std::string kHostile = "<script>alert('x')</script>\"&|`\n";

/// A picture of one colour.
inline ReportPicture plain_picture(unsigned char value) {
  return {4, 6, std::vector<unsigned char>(size_t{4} * 6 * 3, value)};
}

/// What a run with `test` test videos would show; every text that comes from outside is hostile.
inline ReportContent make_content(size_t test, bool log1p = true) {
  Random random(7);
  TestSet set;
  ModelPredictions final_model{.name = "foreview" + kHostile,
                               .role = ModelRole::final_model,
                               .track = Track::author_free,
                               .prediction = {},
                               .low = {},
                               .high = {},
                               .within_training = CrossValidated{.nmse = 0.4321, .weight = 0.87}};
  ReportContent content;
  content.title = "videos " + kHostile;
  const auto raw = [&](double value) { return log1p ? std::expm1(value) : value; };
  for (size_t i = 0; i < test; ++i) {
    set.ids.push_back("v" + std::to_string(i) + kHostile);
    set.truth.push_back(std::max(0.0, 8 + 2 * random.normal()));
    set.truth_raw.push_back(raw(set.truth.back()));
    const double guess = set.truth.back() + 0.5 * random.normal();
    final_model.prediction.push_back(guess);
    final_model.low.push_back(guess - 1);
    final_model.high.push_back(guess + 1);
    content.test_rows.push_back({.id = set.ids.back(),
                                 .actual = set.truth_raw.back(),
                                 .predicted = raw(guess),
                                 .low = raw(guess - 1),
                                 .high = raw(guess + 1),
                                 .actual_modelled = set.truth.back(),
                                 .predicted_modelled = guess});
  }
  set.models = {final_model,
                {.name = "mean",
                 .role = ModelRole::floor,
                 .track = Track::author_free,
                 .prediction = std::vector<double>(test, 8.0),
                 .low = {},
                 .high = {}}};
  for (const Study study : {Study::ablation, Study::learning_curve})
    for (const int share : {1, 2}) {
      set.variants.push_back({.study = study, .train = static_cast<int>(test) * share, .predictions = final_model});
      set.variants.back().predictions.name = "without audio" + kHostile;
    }
  EvaluationOptions options;
  options.target = "view_count";
  options.transform = log1p ? "log1p" : "none";
  options.log1p = log1p;
  options.split_kind = "random";
  options.train = static_cast<int>(3 * test);
  content.results = evaluate(set, options);
  content.facts = {{"Seed " + kHostile, "1" + kHostile}};
  content.training_curves = {
      {.title = "Training " + kHostile,
       .x_label = "step" + kHostile,
       .y_label = "loss" + kHostile,
       .note = kHostile,
       .curves = {{"training" + kHostile, {0, 1, 2}, {3, 2, 1}}, {"validation", {0, 1, 2}, {3, std::nan(""), 2}}}}};
  content.reconstruction_note = "error 0.1 against 0.2" + kHostile;
  content.reconstructions = {
      {.id = "v1" + kHostile, .original = {plain_picture(10)}, .reconstructed = {plain_picture(12)}}};
  content.skipped = {{"a" + kHostile + ".mp4", "is empty" + kHostile, "copy it again" + kHostile}};
  content.inputs_used = {"pixels" + kHostile};
  content.inputs_refused = {"like_count" + kHostile};
  return content;
}

}  // namespace foreview::testing
