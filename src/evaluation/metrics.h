#pragma once

#include <optional>
#include <span>

namespace foreview {

/// Predictions of one model for the whole test set, all on the modelled scale (log1p for counts) unless said.
struct MetricInput {
  std::span<const double> truth;                      // [n]
  std::span<const double> prediction;                 // [n]
  std::span<const double> low, high;                  // [n] ends of the 80 % interval; empty when the model gives none
  std::span<const double> truth_raw, prediction_raw;  // [n] raw scale; may equal the modelled ones
  bool binary = false;                                // truth is 0/1: AUC and accuracy apply
};

/// Formulas as in docs/metrics.md; absent where undefined (constant truth, no non-zero truth, ...).
struct Metrics {
  std::optional<double> nmse, r2, spearman, mae, rmse, mape, mae_raw, mse_raw, coverage80, width80, auc, accuracy;
};

Metrics compute_metrics(const MetricInput& input);

// The single formulas (each over the whole set, means over n).
double mean_absolute_error(std::span<const double> truth, std::span<const double> prediction);
double mean_squared_error(std::span<const double> truth, std::span<const double> prediction);
std::optional<double> normalized_mean_squared_error(std::span<const double> truth, std::span<const double> prediction);
std::optional<double> r_squared(std::span<const double> truth, std::span<const double> prediction);
std::optional<double> pearson(std::span<const double> truth, std::span<const double> prediction);
std::optional<double> spearman(std::span<const double> truth, std::span<const double> prediction);
std::optional<double> kendall_tau_b(std::span<const double> truth, std::span<const double> prediction);
std::optional<double> mape_nonzero(std::span<const double> truth, std::span<const double> prediction);
std::optional<double> rmsle(std::span<const double> truth, std::span<const double> prediction);
double pinball_loss(std::span<const double> truth, std::span<const double> prediction, double quantile);
double interval_coverage(std::span<const double> truth, std::span<const double> low, std::span<const double> high);
double interval_mean_width(std::span<const double> low, std::span<const double> high);
/// Positives are truth >= threshold; ties count half.
std::optional<double> area_under_roc(std::span<const double> truth, std::span<const double> score, double threshold);
/// Quantile with linear interpolation between sorted values (numpy's default).
double quantile(std::span<const double> values, double q);

}  // namespace foreview
