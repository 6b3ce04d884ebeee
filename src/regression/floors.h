#pragma once

#include <optional>
#include <vector>

#include "regression/author_history.h"
#include "regression/calibration.h"
#include "regression/folds.h"
#include "regression/pooled_features.h"
#include "regression/ridge.h"

namespace foreview {

/// A prediction on the standardised scale with the spread on each side.
struct ScaledPrediction {
  double median = 0, below = 0, above = 0;
};

/// What any useful model must beat: the training mean and median, what is known of the author, metadata alone. Their
/// intervals come from errors on left-out training rows.
class Floors {
 public:
  Floors() = default;
  /// Parallel vectors of training rows; labels standardised (their mean is 0).
  static Floors fit(const std::vector<TokenSequence>& tokens, const std::array<int, token_kinds>& dimensions,
                    const std::vector<std::string>& authors, const std::vector<double>& labels, const Folds& folds,
                    double typical_error);

  bool has_authors() const { return authors_.size() >= 2; }
  bool has_metadata() const { return metadata_.dimensions[static_cast<size_t>(TokenKind::metadata)] > 0; }

  ScaledPrediction mean() const;
  ScaledPrediction median() const;
  ScaledPrediction author_mean(const std::string& author) const;
  ScaledPrediction ridge_metadata(const TokenSequence& tokens) const;

  nlohmann::json to_json() const;
  void store(SafetensorsFile& into) const;
  static Floors restore(const nlohmann::json& json, const SafetensorsFile& from,
                        const std::array<int, token_kinds>& dimensions);

 private:
  double median_ = 0;
  AuthorHistory authors_;
  PooledLayout metadata_;
  Ridge ridge_;
  IntervalCalibration mean_interval_, median_interval_, author_interval_, ridge_interval_;
};

}  // namespace foreview
