#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <vector>

namespace foreview {

/// An honest error (label minus prediction by a model that did not see the row) with the spread that the model
/// claimed on either side; 1 where it claims none.
struct Residual {
  double error = 0, below = 1, above = 1;
};

/// Widens or narrows claimed spreads until 80 % of honest errors lie within (split conformal prediction, Lei et al.
/// 2018; scaled by the spread as in Romano et al. 2019). With fewer than 20 errors the widest of that and of a
/// Student-t interval, in which `typical_error` counts like two more errors: few rows never look sure.
class IntervalCalibration {
 public:
  IntervalCalibration() = default;
  static IntervalCalibration fit(const std::vector<Residual>& residuals, double typical_error);

  /// The interval is [median - factor·below, median + factor·above].
  double factor() const { return factor_; }

  nlohmann::json to_json() const { return factor_; }
  static IntervalCalibration from_json(const nlohmann::json& json);

 private:
  double factor_ = 1;
};

/// The 90 % quantile of Student's t with `degrees` of freedom.
double student_t_90(size_t degrees);

/// Probability of at least `threshold` under the two-piece normal distribution with this median and 80 % interval.
double chance_of_reaching(double threshold, double median, double low, double high);

}  // namespace foreview
