#include "evaluation/paired_score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/interrupt.h"
#include "core/random.h"
#include "evaluation/checks.h"
#include "evaluation/metrics.h"

namespace foreview {
namespace {

constexpr int attempts_per_draw = 100;  // draws whose truth is constant are drawn again this often on average

std::vector<std::vector<size_t>> rows_of_groups(const std::vector<std::string>& groups) {
  std::map<std::string, std::vector<size_t>> named;
  std::vector<std::vector<size_t>> rows;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].empty())
      rows.push_back({i});
    else
      named[groups[i]].push_back(i);
  }
  for (auto& [name, members] : named) rows.push_back(std::move(members));
  return rows;
}

std::vector<double> taken(std::span<const double> values, const std::vector<size_t>& rows) {
  std::vector<double> result;
  result.reserve(rows.size());
  for (const size_t row : rows) result.push_back(values[row]);
  return result;
}

double mean_score(ScoreKind kind, std::span<const double> truth, const std::vector<std::vector<double>>& predictions,
                  const std::vector<size_t>& rows) {
  double sum = 0;
  for (const std::vector<double>& prediction : predictions) sum += score_of(kind, truth, taken(prediction, rows));
  return sum / static_cast<double>(predictions.size());
}

}  // namespace

ScoreKind score_kind_for(std::span<const double> truth) {
  const bool binary = std::ranges::all_of(truth, [](double value) { return value == 0 || value == 1; });
  return binary ? ScoreKind::auc : ScoreKind::r_squared;
}

std::string name_of(ScoreKind kind) { return kind == ScoreKind::auc ? "AUC" : "R²"; }

double score_of(ScoreKind kind, std::span<const double> truth, std::span<const double> prediction) {
  const std::optional<double> score =
      kind == ScoreKind::auc ? area_under_roc(truth, prediction, 0.5) : r_squared(truth, prediction);
  return score.value_or(std::numeric_limits<double>::quiet_NaN());
}

PairedGain paired_group_bootstrap(ScoreKind kind, std::span<const double> truth,
                                  const std::vector<std::vector<double>>& model,
                                  const std::vector<std::vector<double>>& reference,
                                  const std::vector<std::string>& groups, int draws, uint64_t seed) {
  for (const auto* predictions : {&model, &reference})
    for (const std::vector<double>& prediction : *predictions) check_pairs(truth, prediction);
  const std::vector<std::vector<size_t>> members = rows_of_groups(groups);
  std::vector<size_t> rows(truth.size());
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = i;
  const auto gain_over = [&](const std::vector<size_t>& chosen) {
    const std::vector<double> drawn_truth = taken(truth, chosen);
    return mean_score(kind, drawn_truth, model, chosen) - mean_score(kind, drawn_truth, reference, chosen);
  };
  const double gain = gain_over(rows);
  if (!std::isfinite(gain)) return {gain, gain, gain};
  Random random(derive_seed(seed, "paired group bootstrap"));
  std::vector<double> gains;
  for (int attempt = 0; static_cast<int>(gains.size()) < draws && attempt < attempts_per_draw * draws; ++attempt) {
    if (attempt % 64 == 0) throw_if_interrupted();
    rows.clear();
    for (size_t i = 0; i < members.size(); ++i) {
      const std::vector<size_t>& group = members[random.below(members.size())];
      rows.insert(rows.end(), group.begin(), group.end());
    }
    if (const double drawn = gain_over(rows); std::isfinite(drawn)) gains.push_back(drawn);
  }
  if (gains.empty()) return {gain, gain, gain};
  return {gain, quantile(gains, 0.025), quantile(gains, 0.975)};
}

}  // namespace foreview
