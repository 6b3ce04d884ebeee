#include "evaluation/fold_scores.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "foreview/error.h"

namespace foreview {
namespace {

bool is_same(const ModelPredictions& a, const ModelPredictions& b) {
  return a.name == b.name && a.role == b.role && a.track == b.track;
}

void append(std::vector<double>& to, const std::vector<double>& from) { to.insert(to.end(), from.begin(), from.end()); }

void append_rows(TestSet& all, const TestSet& fold) {
  all.ids.insert(all.ids.end(), fold.ids.begin(), fold.ids.end());
  append(all.truth, fold.truth);
  append(all.truth_raw, fold.truth_raw);
  append(all.truth_low, fold.truth_low);
  append(all.truth_high, fold.truth_high);
  append(all.truth_raw_low, fold.truth_raw_low);
  append(all.truth_raw_high, fold.truth_raw_high);
}

/// Ranks of different folds' models are not comparable; inside a fold they are.
std::optional<double> auc_inside_folds(const FoldedTest& test, const ModelPredictions& model) {
  const int folds = *std::ranges::max_element(test.fold_of_row);
  double sum = 0;
  int counted = 0;
  for (int fold = 1; fold <= folds; ++fold) {
    std::vector<double> truth, prediction;
    for (size_t row = 0; row < test.rows.truth.size(); ++row) {
      if (test.fold_of_row[row] != fold) continue;
      truth.push_back(test.rows.truth[row]);
      prediction.push_back(model.prediction[row]);
    }
    const std::optional<double> auc = area_under_roc(truth, prediction, 0.5);
    if (!auc) continue;
    sum += *auc;
    ++counted;
  }
  return counted > 0 ? std::optional(sum / counted) : std::nullopt;
}

const ModelPredictions* find_model(const TestSet& test, const ModelResult& result) {
  for (const ModelPredictions& model : test.models)
    if (model.name == result.name && model.role == result.role && model.track == result.track) return &model;
  return nullptr;
}

}  // namespace

std::optional<Spread> spread_of(const std::vector<std::optional<double>>& values) {
  Spread spread;
  for (const auto& value : values) {
    if (!value) return std::nullopt;
    spread.mean += *value / static_cast<double>(values.size());
  }
  if (values.empty()) return std::nullopt;
  for (const auto& value : values)
    if (values.size() > 1)
      spread.deviation += (*value - spread.mean) * (*value - spread.mean) / static_cast<double>(values.size() - 1);
  spread.deviation = std::sqrt(spread.deviation);
  return spread;
}

FoldedTest join_folds(int seed, const std::vector<TestSet>& folds) {
  FoldedTest joined{.seed = seed, .rows = {}, .fold_of_row = {}};
  std::set<std::string> seen;
  for (size_t f = 0; f < folds.size(); ++f) {
    append_rows(joined.rows, folds[f]);
    joined.fold_of_row.resize(joined.rows.ids.size(), static_cast<int>(f) + 1);
    for (const std::string& id : folds[f].ids)
      if (!seen.insert(id).second)
        throw Error({.file = id,
                     .problem = "this video was tested in two folds",
                     .expected = "each in one",
                     .got = "two",
                     .advice = "remove the workspace's folds and run cross-validate again"});
  }
  if (folds.empty()) return joined;
  for (const ModelPredictions& model : folds[0].models) {
    ModelPredictions all{.name = model.name, .role = model.role, .track = model.track, .prediction = {}, .low = {}, .high = {}};
    for (const TestSet& fold : folds)
      for (const ModelPredictions& part : fold.models) {
        if (!is_same(part, model)) continue;
        append(all.prediction, part.prediction);
        append(all.low, part.low);
        append(all.high, part.high);
      }
    if (all.prediction.size() == joined.rows.ids.size()) joined.rows.models.push_back(std::move(all));
  }
  return joined;
}

FoldScores score_folds(const std::vector<FoldedTest>& seeds, const EvaluationOptions& options) {
  FoldScores scores{.options = options, .seeds = static_cast<int>(seeds.size())};
  for (const FoldedTest& seed : seeds) {
    const Results results = evaluate(seed.rows, options);
    scores.options.test = results.options.test;
    scores.verdicts.push_back(results.verdict);
    if (!seed.fold_of_row.empty()) scores.folds = std::ranges::max(seed.fold_of_row);
    for (const ModelResult& result : results.models) {
      auto found = std::ranges::find_if(scores.models, [&](const FoldScore& one) {
        return one.name == result.name && one.role == result.role && one.track == result.track;
      });
      if (found == scores.models.end()) {
        scores.models.push_back({.name = result.name, .role = result.role, .track = result.track});
        found = scores.models.end() - 1;
      }
      found->by_seed.push_back(result.test);
      if (result.against_best_floor) found->by_floor.push_back(*result.against_best_floor);
      if (const ModelPredictions* model = options.binary ? find_model(seed.rows, result) : nullptr)
        if (const auto auc = auc_inside_folds(seed, *model)) found->auc_inside_folds.push_back(*auc);
    }
  }
  std::erase_if(scores.models, [&](const FoldScore& one) { return one.by_seed.size() != seeds.size(); });
  return scores;
}

}  // namespace foreview
