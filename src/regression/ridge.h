#pragma once

#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/safetensors.h"
#include "regression/folds.h"
#include "regression/matrix.h"
#include "regression/training_labels.h"

namespace foreview {

/// Which columns belong together.
struct ColumnBlocks {
  ColumnBlocks(std::vector<int> block_of_column, std::set<int> blocks_of_axes = {})
      : of_column(std::move(block_of_column)), of_axes(std::move(blocks_of_axes)) {}

  std::vector<int> of_column;
  std::set<int> of_axes;  ///< blocks whose columns are axes of one space: how far each spreads tells how much it says
};

/// Linear regression with an L2 penalty. Columns are standardised, or in blocks of axes divided by the block's common
/// spread, so that the penalty shrinks weak axes more; missing values (NaN) count as the column's mean, and each block
/// starts with the same prior weight, however many columns it has.
class Ridge {
 public:
  struct Fitted;
  /// The penalty is chosen by cross-validation over `folds`; the strongest one is "predict the mean".
  static Fitted fit(const Matrix& rows, const ColumnBlocks& blocks, const TrainingLabels& labels, const Folds& folds);
  /// The folds also choose how much each block counts: one after the other may get a weight of 0.3 or 0.1 on its
  /// columns where that predicts the left-out rows better. So many choices flatter themselves; therefore each fold of
  /// three or more is predicted by a regression whose choices were made among the other folds alone (nested
  /// cross-validation, Varma and Simon 2006).
  static Fitted fit_weighing_blocks(const Matrix& rows, const ColumnBlocks& blocks, const TrainingLabels& labels,
                                    const Folds& folds);

  double predict(std::span<const double> row) const;
  size_t columns() const { return mean_.size(); }
  /// The row as the regression sees it: scaled, imputed, blocks weighed. Also a space for distances.
  std::vector<double> scaled(std::span<const double> row) const;

  void store(const std::string& prefix, SafetensorsFile& into) const;
  static Ridge restore(const std::string& prefix, const SafetensorsFile& from);

 private:
  static Fitted search(const Matrix& rows, const ColumnBlocks& blocks, const TrainingLabels& labels, const Folds& folds,
                       bool weigh_blocks);

  std::vector<double> mean_, scale_, weights_;  // [columns]
  double intercept_ = 0;
};

struct Ridge::Fitted {
  Ridge ridge;
  std::vector<double> out_of_fold;  // [rows], predictions for the training rows by models that did not see them
};

}  // namespace foreview
