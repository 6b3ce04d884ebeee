#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "dataset/target.h"
#include "regression/forecast_model.h"

namespace foreview {

/// Labels as the models see them: on the modelled scale, then standardised by the training rows.
struct LabelScale {
  double mean = 0, deviation = 1;
  double least = 0, most = 0;  ///< predictions on the modelled scale stay within
  double typical_error = 1;    ///< a wide guess for when there are too few rows to measure one; standardised

  static LabelScale fit(const std::vector<double>& modelled, const Target& target);

  double standardise(double modelled) const { return (modelled - mean) / deviation; }
  /// Median and offsets on the standardised scale, to the modelled one.
  Prediction prediction(double median, double below, double above) const;

  nlohmann::json to_json() const;
  static LabelScale from_json(const nlohmann::json& json);
};

}  // namespace foreview
