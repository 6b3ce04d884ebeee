#include "evaluation/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/interrupt.h"
#include "core/random.h"
#include "evaluation/checks.h"
#include "evaluation/metrics.h"

namespace foreview {
namespace {

constexpr int kLeastDraws = 2000;
constexpr int kAttemptsPerDraw = 100;  // draws whose truth is constant are drawn again this often on average

// One row of the test set, all a draw needs.
struct PairedRow {
  double truth = 0;
  double gain = 0;  // squared error of the model minus that of the reference
};

std::vector<PairedRow> paired_rows(std::span<const double> truth, std::span<const double> model,
                                   std::span<const double> reference) {
  std::vector<PairedRow> rows(truth.size());
  for (size_t i = 0; i < truth.size(); ++i) {
    const double model_error = truth[i] - model[i], reference_error = truth[i] - reference[i];
    rows[i] = {truth[i], model_error * model_error - reference_error * reference_error};
  }
  return rows;
}

// Difference in nMSE over the rows; NaN when their truth is constant.
double difference_over(std::span<const PairedRow> rows) {
  double sum = 0, gain = 0;
  bool constant = true;
  for (const PairedRow& row : rows) {
    sum += row.truth;
    gain += row.gain;
    constant = constant && row.truth == rows.front().truth;
  }
  if (constant) return std::numeric_limits<double>::quiet_NaN();
  const double mean = sum / static_cast<double>(rows.size());
  double deviations = 0;
  for (const PairedRow& row : rows) deviations += (row.truth - mean) * (row.truth - mean);
  return gain / deviations;
}

}  // namespace

PairedDifference paired_bootstrap_nmse(std::span<const double> truth, std::span<const double> model,
                                       std::span<const double> reference, int draws, uint64_t seed) {
  check_pairs(truth, model);
  check_pairs(truth, reference);
  const std::vector<PairedRow> rows = paired_rows(truth, model, reference);
  const double delta = difference_over(rows);
  if (!std::isfinite(delta)) return {delta, delta, delta};

  const auto wanted = static_cast<size_t>(std::max(draws, kLeastDraws));
  Random random(derive_seed(seed, "paired bootstrap"));
  std::vector<double> differences;
  std::vector<PairedRow> drawn(rows.size());
  for (size_t attempt = 0; differences.size() < wanted && attempt < kAttemptsPerDraw * wanted; ++attempt) {
    if (attempt % 64 == 0) throw_if_interrupted();
    for (PairedRow& row : drawn) row = rows[random.below(rows.size())];
    const double difference = difference_over(drawn);
    if (std::isfinite(difference)) differences.push_back(difference);
  }
  return {delta, quantile(differences, 0.025), quantile(differences, 0.975)};
}

}  // namespace foreview
