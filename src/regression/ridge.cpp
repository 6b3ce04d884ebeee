#include "regression/ridge.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "regression/held_out_choice.h"
#include "regression/stored_values.h"

namespace foreview {
namespace {

// Penalties per row and unit of block variance; the last leaves nothing but the mean.
constexpr double penalties[] = {1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10, 30, 100, 1e9};
constexpr size_t penalty_count = std::size(penalties);
constexpr double lesser_weights[] = {0.3, 0.1};  // of a block
constexpr double least_gain = 1e-3;              // of the loss by a lesser weight
constexpr double most_deviations = 8;

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

struct Scaling {
  std::vector<double> mean, scale;  // [columns]
};

/// Sums over a block's columns that vary.
struct BlockSums {
  double columns = 0, variance = 0;
};

Scaling scaling_of(const Matrix& rows, const ColumnBlocks& blocks) {
  Scaling scaling{std::vector<double>(rows.cols, 0.0), std::vector<double>(rows.cols, 0.0)};
  std::map<int, BlockSums> sums_of;
  for (size_t c = 0; c < rows.cols; ++c) {
    double sum = 0, squares = 0, known = 0;
    for (size_t r = 0; r < rows.rows; ++r)
      if (std::isfinite(rows.at(r, c))) sum += rows.at(r, c), ++known;
    if (known == 0) continue;
    scaling.mean[c] = sum / known;
    for (size_t r = 0; r < rows.rows; ++r)
      if (std::isfinite(rows.at(r, c))) squares += std::pow(rows.at(r, c) - scaling.mean[c], 2);
    const double deviation = std::sqrt(squares / static_cast<double>(rows.rows));
    if (deviation <= 1e-9 * (1 + std::abs(scaling.mean[c]))) continue;
    scaling.scale[c] = 1 / deviation;
    BlockSums& sums = sums_of[blocks.of_column[c]];
    ++sums.columns;
    sums.variance += deviation * deviation;
  }
  // All of a block together then has variance 1.
  for (size_t c = 0; c < rows.cols; ++c) {
    if (scaling.scale[c] == 0) continue;
    const BlockSums& sums = sums_of[blocks.of_column[c]];
    if (blocks.of_axes.contains(blocks.of_column[c]))
      scaling.scale[c] = 1 / std::sqrt(sums.variance);
    else
      scaling.scale[c] /= std::sqrt(sums.columns);
  }
  return scaling;
}

Matrix apply(const Scaling& scaling, const Matrix& rows) {
  Matrix scaled(rows.rows, rows.cols);
  for (size_t r = 0; r < rows.rows; ++r)
    for (size_t c = 0; c < rows.cols; ++c)
      if (std::isfinite(rows.at(r, c)))
        scaled.at(r, c) = std::clamp(rows.at(r, c) - scaling.mean[c], -1e30, 1e30) * scaling.scale[c];
  return scaled;
}

std::vector<double> centred(const std::vector<double>& labels, double mean) {
  std::vector<double> result = labels;
  for (double& value : result) value -= mean;
  return result;
}

/// Rows to learn from, centred and scaled, with all that does not change with the columns' factors.
class Problem {
 public:
  Problem(const Matrix& rows, const ColumnBlocks& blocks, const std::vector<double>& labels)
      : scaling(scaling_of(rows, blocks)),
        mean(mean_of(labels)),
        rows_(apply(scaling, rows)),
        labels_(labels.size(), 1),
        is_primal_(rows.cols <= rows.rows) {
    labels_.values = centred(labels, mean);
    if (!is_primal_) return;
    gram_ = multiply_transposed_left(rows_, rows_);
    right_ = multiply_transposed_left(rows_, labels_);
    rows_ = {};
  }

  /// Weights of the scaled columns when each is multiplied by its factor first; a column a penalty. By the eigenvectors
  /// of the smaller of XᵀX and XXᵀ (Hastie, Tibshirani, Friedman 2009, eq. 3.47 and exercise 18.4). [columns,
  /// penalties]
  Matrix weights(const std::vector<double>& factors) const {
    Matrix square = gram_, right = labels_, weighed = rows_;
    if (is_primal_) {
      right = right_;
      for (size_t a = 0; a < factors.size(); ++a) {
        right.at(a, 0) *= factors[a];
        for (size_t b = 0; b < factors.size(); ++b) square.at(a, b) *= factors[a] * factors[b];
      }
    } else {
      for (size_t row = 0; row < weighed.rows; ++row)
        for (size_t c = 0; c < weighed.cols; ++c) weighed.at(row, c) *= factors[c];
      square = multiply_transposed_right(weighed, weighed);
    }
    const SymmetricEigen eigen = symmetric_eigen(square);
    const Matrix turned = multiply_transposed_left(eigen.vectors, right);  // [k, 1]
    Matrix shrunk(turned.rows, penalty_count);
    for (size_t k = 0; k < turned.rows; ++k)
      for (size_t p = 0; p < penalty_count; ++p)
        shrunk.at(k, p) = turned.at(k, 0) / (eigen.values[k] + penalties[p] * static_cast<double>(labels_.rows));
    Matrix result = multiply(eigen.vectors, shrunk);
    if (!is_primal_) result = multiply_transposed_left(weighed, result);
    for (size_t c = 0; c < result.rows; ++c)
      for (size_t p = 0; p < penalty_count; ++p) result.at(c, p) *= factors[c];
    return result;
  }

  const Scaling scaling;
  const double mean;

 private:
  Matrix rows_, labels_, gram_, right_;
  bool is_primal_;
};

/// A weight a block and a penalty: what the folds are asked to compare.
struct Setting {
  std::vector<double> factors;  // [columns]
  size_t penalty = 0;
};

class Search {
 public:
  Search(const Matrix& rows, const ColumnBlocks& blocks, const TrainingLabels& labels, const Folds& folds)
      : rows_(rows), block_of_column_(blocks.of_column), labels_(labels.truth()), folds_(folds) {
    for (int fold = 0; fold < folds.count; ++fold) {
      std::vector<double> training;
      for (size_t row : folds.outside(fold)) training.push_back(labels.without(fold)[row]);
      problems_.emplace_back(rows.take(folds.outside(fold)), blocks, training);
    }
    best_.assign(block_of_column_.size(), 1.0);
    least_ = add(best_);
  }

  /// One block after the other, the others as they are by then.
  void weigh_blocks() {
    for (const int block : std::set<int>(block_of_column_.begin(), block_of_column_.end())) {
      const std::vector<double> before = best_;
      for (const double weight : lesser_weights) {
        std::vector<double> tried = before;
        for (size_t c = 0; c < tried.size(); ++c)
          if (block_of_column_[c] == block) tried[c] = weight;
        const double loss = add(tried);
        if (loss < (1 - least_gain) * least_) least_ = loss, best_ = tried;
      }
    }
  }

  HeldOutChoice choice() const { return choose_by_held_out_loss(losses_); }
  const Setting& setting(size_t index) const { return settings_[index]; }

  /// Predicted again: to keep what every setting says of every row would take hundreds of numbers a row.
  std::vector<double> out_of_fold(const HeldOutChoice& choice) const {
    std::vector<double> predictions(labels_.size(), 0.0);
    for (int fold = 0; fold < folds_.count; ++fold) {
      const Setting& chosen = settings_[choice.of_fold[static_cast<size_t>(fold)]];
      const Matrix predicted = predict(fold, chosen.factors);
      const auto inside = folds_.inside(fold);
      for (size_t i = 0; i < inside.size(); ++i) predictions[inside[i]] = predicted.at(i, chosen.penalty);
    }
    return predictions;
  }

 private:
  Matrix predict(int fold, const std::vector<double>& factors) const {
    const Problem& problem = problems_[static_cast<size_t>(fold)];
    const Matrix asked = apply(problem.scaling, rows_.take(folds_.inside(fold)));
    Matrix predicted = multiply(asked, problem.weights(factors));
    for (double& value : predicted.values) value += problem.mean;
    return predicted;
  }

  /// All penalties with these factors, the strongest first: of equals it is the one to take. The least of their losses.
  double add(const std::vector<double>& factors) {
    const size_t first = losses_.size();
    for (size_t p = penalty_count; p-- > 0;) {
      settings_.push_back({factors, p});
      losses_.emplace_back(static_cast<size_t>(folds_.count), 0.0);
    }
    for (int fold = 0; fold < folds_.count; ++fold) {
      const Matrix predicted = predict(fold, factors);
      const auto inside = folds_.inside(fold);
      for (size_t i = 0; i < inside.size(); ++i)
        for (size_t p = 0; p < penalty_count; ++p)
          losses_[first + penalty_count - 1 - p][static_cast<size_t>(fold)] +=
              std::pow(predicted.at(i, p) - labels_[inside[i]], 2);
    }
    double least = INFINITY;
    for (size_t setting = first; setting < losses_.size(); ++setting)
      least = std::min(least, std::accumulate(losses_[setting].begin(), losses_[setting].end(), 0.0));
    return least;
  }

  const Matrix& rows_;
  const std::vector<int>& block_of_column_;
  const std::vector<double>& labels_;
  const Folds& folds_;
  std::vector<Problem> problems_;
  std::vector<Setting> settings_;
  std::vector<std::vector<double>> losses_;  // [settings][folds]
  std::vector<double> best_;
  double least_ = 0;
};

}  // namespace

Ridge::Fitted Ridge::search(const Matrix& rows, const ColumnBlocks& blocks, const TrainingLabels& labels,
                            const Folds& folds, bool weigh_blocks) {
  Search search(rows, blocks, labels, folds);
  if (weigh_blocks) search.weigh_blocks();
  const HeldOutChoice choice = search.choice();
  const Setting& chosen = search.setting(choice.of_all);
  const Problem all(rows, blocks, labels.all());
  const Matrix weights = all.weights(chosen.factors);
  Fitted fitted;
  fitted.ridge.mean_ = all.scaling.mean;
  fitted.ridge.scale_ = all.scaling.scale;
  fitted.ridge.intercept_ = all.mean;
  for (size_t c = 0; c < rows.cols; ++c) fitted.ridge.weights_.push_back(weights.at(c, chosen.penalty));
  fitted.out_of_fold = search.out_of_fold(choice);
  return fitted;
}

Ridge::Fitted Ridge::fit(const Matrix& rows, const ColumnBlocks& blocks, const TrainingLabels& labels,
                         const Folds& folds) {
  return search(rows, blocks, labels, folds, false);
}

Ridge::Fitted Ridge::fit_weighing_blocks(const Matrix& rows, const ColumnBlocks& blocks, const TrainingLabels& labels,
                                         const Folds& folds) {
  Fitted fitted = search(rows, blocks, labels, folds, true);
  if (folds.count < 3) return fitted;
  for (int fold = 0; fold < folds.count; ++fold) {
    const Ridge unaware =
        search(rows.take(folds.outside(fold)), blocks, labels.outside(fold, folds), folds.without(fold), true).ridge;
    for (const size_t row : folds.inside(fold)) fitted.out_of_fold[row] = unaware.predict(rows.row(row));
  }
  return fitted;
}

std::vector<double> Ridge::scaled(std::span<const double> row) const {
  std::vector<double> result(mean_.size(), 0.0);
  for (size_t c = 0; c < result.size() && c < row.size(); ++c)
    if (std::isfinite(row[c])) result[c] = std::clamp(row[c] - mean_[c], -1e30, 1e30) * scale_[c];
  return result;
}

double Ridge::predict(std::span<const double> row) const {
  const std::vector<double> values = scaled(row);
  double sum = intercept_;
  for (size_t c = 0; c < values.size(); ++c)
    sum += std::clamp(values[c], -most_deviations, most_deviations) * weights_[c];
  return sum;
}

void Ridge::store(const std::string& prefix, SafetensorsFile& into) const {
  store_vector(prefix + "mean", mean_, into);
  store_vector(prefix + "scale", scale_, into);
  store_vector(prefix + "weights", weights_, into);
  store_vector(prefix + "intercept", {intercept_}, into);
}

Ridge Ridge::restore(const std::string& prefix, const SafetensorsFile& from) {
  Ridge ridge;
  ridge.mean_ = restore_vector(prefix + "mean", from);
  ridge.scale_ = restore_vector(prefix + "scale", from, ridge.mean_.size());
  ridge.weights_ = restore_vector(prefix + "weights", from, ridge.mean_.size());
  ridge.intercept_ = restore_vector(prefix + "intercept", from, 1)[0];
  return ridge;
}

}  // namespace foreview
