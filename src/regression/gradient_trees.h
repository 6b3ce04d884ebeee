#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "regression/folds.h"
#include "regression/matrix.h"
#include "regression/training_labels.h"

namespace foreview {

/// Gradient-boosted regression trees (XGBoost, squared error). NaN is missing.
class GradientTrees {
 public:
  struct Fitted;
  /// The number of trees (0 to `most_rounds`) is chosen by cross-validation over `folds`. `labels` have mean about 0.
  static Fitted fit(const Matrix& rows, const TrainingLabels& labels, const Folds& folds, int most_rounds,
                    uint64_t seed);

  std::vector<double> predict(const Matrix& rows) const;

  nlohmann::json to_json() const;
  /// Checks the whole structure before XGBoost sees it; throws Error naming `file`, also
  /// when the trees were not grown on rows of `columns` numbers.
  static GradientTrees from_json(const nlohmann::json& json, size_t columns, const std::string& file);

 private:
  size_t columns_ = 0;
  std::shared_ptr<void> booster_;  ///< absent: no tree was worth growing, the prediction is 0
};

struct GradientTrees::Fitted {
  GradientTrees trees;
  int rounds = 0;
  std::vector<double> out_of_fold;  // [rows]
};

}  // namespace foreview
