#include "evaluation/metrics.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "evaluation/checks.h"

namespace foreview {
namespace {

double mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double sum_of_squared_errors(std::span<const double> truth, std::span<const double> prediction) {
  double sum = 0;
  for (size_t i = 0; i < truth.size(); ++i) sum += (truth[i] - prediction[i]) * (truth[i] - prediction[i]);
  return sum;
}

// Second pass over the centred values: exact enough for values near 1e9.
double sum_of_squared_deviations(std::span<const double> values) {
  const double centre = mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return sum;
}

std::optional<double> finite(std::optional<double> value) {
  return value && std::isfinite(*value) ? value : std::nullopt;
}

double accuracy_at_half(std::span<const double> truth, std::span<const double> prediction) {
  size_t right = 0;
  for (size_t i = 0; i < truth.size(); ++i) right += (truth[i] >= 0.5) == (prediction[i] >= 0.5);
  return static_cast<double>(right) / static_cast<double>(truth.size());
}

}  // namespace

double mean_absolute_error(std::span<const double> truth, std::span<const double> prediction) {
  check_pairs(truth, prediction);
  double sum = 0;
  for (size_t i = 0; i < truth.size(); ++i) sum += std::abs(truth[i] - prediction[i]);
  return sum / static_cast<double>(truth.size());
}

double mean_squared_error(std::span<const double> truth, std::span<const double> prediction) {
  check_pairs(truth, prediction);
  return sum_of_squared_errors(truth, prediction) / static_cast<double>(truth.size());
}

std::optional<double> normalized_mean_squared_error(std::span<const double> truth, std::span<const double> prediction) {
  check_pairs(truth, prediction);
  if (is_constant(truth)) return std::nullopt;
  return sum_of_squared_errors(truth, prediction) / sum_of_squared_deviations(truth);
}

std::optional<double> r_squared(std::span<const double> truth, std::span<const double> prediction) {
  const auto nmse = normalized_mean_squared_error(truth, prediction);
  return nmse ? std::optional(1 - *nmse) : std::nullopt;
}

std::optional<double> pearson(std::span<const double> truth, std::span<const double> prediction) {
  check_pairs(truth, prediction);
  if (is_constant(truth) || is_constant(prediction)) return std::nullopt;
  const double truth_mean = mean(truth), prediction_mean = mean(prediction);
  double products = 0;
  for (size_t i = 0; i < truth.size(); ++i) products += (truth[i] - truth_mean) * (prediction[i] - prediction_mean);
  const double spread = std::sqrt(sum_of_squared_deviations(truth)) * std::sqrt(sum_of_squared_deviations(prediction));
  if (!(spread > 0)) return std::nullopt;
  return products / spread;
}

std::optional<double> mape_nonzero(std::span<const double> truth, std::span<const double> prediction) {
  check_pairs(truth, prediction);
  double sum = 0;
  size_t count = 0;
  for (size_t i = 0; i < truth.size(); ++i) {
    if (truth[i] == 0) continue;
    sum += std::abs(truth[i] - prediction[i]) / std::abs(truth[i]);
    ++count;
  }
  return count > 0 ? std::optional(sum / static_cast<double>(count)) : std::nullopt;
}

std::optional<double> rmsle(std::span<const double> truth, std::span<const double> prediction) {
  check_pairs(truth, prediction);
  double sum = 0;
  for (size_t i = 0; i < truth.size(); ++i) {
    if (truth[i] < 0 || prediction[i] < 0) return std::nullopt;
    const double difference = std::log1p(prediction[i]) - std::log1p(truth[i]);
    sum += difference * difference;
  }
  return std::sqrt(sum / static_cast<double>(truth.size()));
}

double pinball_loss(std::span<const double> truth, std::span<const double> prediction, double quantile) {
  check_pairs(truth, prediction);
  double sum = 0;
  for (size_t i = 0; i < truth.size(); ++i) {
    const double error = truth[i] - prediction[i];
    sum += std::max(quantile * error, (quantile - 1) * error);
  }
  return sum / static_cast<double>(truth.size());
}

double interval_coverage(std::span<const double> truth, std::span<const double> low, std::span<const double> high) {
  check_pairs(truth, low);
  check_pairs(truth, high);
  size_t inside = 0;
  for (size_t i = 0; i < truth.size(); ++i) inside += low[i] <= truth[i] && truth[i] <= high[i];
  return static_cast<double>(inside) / static_cast<double>(truth.size());
}

double interval_mean_width(std::span<const double> low, std::span<const double> high) {
  check_pairs(low, high);
  double sum = 0;
  for (size_t i = 0; i < low.size(); ++i) sum += high[i] - low[i];
  return sum / static_cast<double>(low.size());
}

double quantile(std::span<const double> values, double q) {
  if (values.empty()) return std::nan("");
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double position = std::clamp(q, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Metrics compute_metrics(const MetricInput& input) {
  Metrics metrics;
  check_pairs(input.truth, input.prediction);
  if (input.truth.empty() || !all_finite(input.truth) || !all_finite(input.prediction)) return metrics;
  metrics.nmse = finite(normalized_mean_squared_error(input.truth, input.prediction));
  metrics.r2 = finite(r_squared(input.truth, input.prediction));
  metrics.spearman = finite(spearman(input.truth, input.prediction));
  metrics.mae = finite(mean_absolute_error(input.truth, input.prediction));
  metrics.rmse = finite(std::sqrt(mean_squared_error(input.truth, input.prediction)));
  if (!input.truth_raw.empty()) {
    check_pairs(input.truth, input.truth_raw);
    metrics.mape = finite(mape_nonzero(input.truth_raw, input.prediction_raw));
    metrics.mae_raw = finite(mean_absolute_error(input.truth_raw, input.prediction_raw));
    metrics.mse_raw = finite(mean_squared_error(input.truth_raw, input.prediction_raw));
  }
  if (!input.low.empty() && all_finite(input.low) && all_finite(input.high)) {
    metrics.coverage80 = interval_coverage(input.truth, input.low, input.high);
    metrics.width80 = finite(interval_mean_width(input.low, input.high));
  }
  if (input.binary) {
    metrics.auc = area_under_roc(input.truth, input.prediction, 0.5);
    metrics.accuracy = accuracy_at_half(input.truth, input.prediction);
  }
  return metrics;
}

}  // namespace foreview
