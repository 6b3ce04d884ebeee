#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/safetensors.h"
#include "regression/folds.h"
#include "regression/matrix.h"
#include "regression/training_labels.h"
#include "text/text_lengths.h"

// Torch-free facade.
namespace foreview {

struct CovariancePoints;  // covariance.h
struct LearntProcess;     // gaussian_process_learning.h

/// What a Gaussian process knows of its rows: numbers in groups of columns, and counted words.
struct GaussianProcessRows {
  Matrix numbers;                    // [rows, columns]; NaN: unknown
  std::vector<int> group_of_column;  // ascending from 0; a group shares one length scale and one linear part
  std::vector<bool> is_narrow;       // [groups]: each column has its own length scale and moves the noise
  std::vector<SparseRow> text;       // [rows], as long as the texts
  std::vector<size_t> text_ends;     // one past the last column of each block of words
  size_t product_blocks = 0;         // the first blocks, whose words may mean one thing here and another there

  size_t count() const { return numbers.rows; }
};

struct GaussianProcessOptions {
  int steps = 60;               ///< of Adam on the marginal likelihood
  int starts = 4;               ///< places to learn from
  int first_steps = 20;         ///< of each start; the best goes on
  size_t most_scattered = 400;  ///< rows up to which there is more than one start
  size_t most_learnt = 700;     ///< rows that the hyperparameters are learnt from, drawn at random
  size_t most_exact = 5000;     ///< rows up to which every row is a support; above, `supports` random ones are
  size_t supports = 2000;
};

/// Gaussian process regression (Rasmussen and Williams 2006): a Matérn-3/2 kernel with length scales on the numbers,
/// linear kernels on each group of numbers (a column counts by its length scale) and each block of words, products of
/// Williams' neural-network kernel on the numbers and the product blocks' (words that mean one thing in one place and
/// the opposite elsewhere), noise that depends on the narrow groups' numbers. How much more a longer text counts is a
/// hyperparameter of each block of words. Hyperparameters by the marginal likelihood with weak priors; of few rows from
/// several places. Many rows: subset of regressors (chapter 8.3.1).
class GaussianProcess {
 public:
  struct Fitted;
  GaussianProcess() = default;  ///< predicts 0
  /// Where there are `lessons`, it learns from labels moved towards them if that serves the left-out rows; its
  /// hyperparameters are learnt from the labels as they are.
  static Fitted fit(const GaussianProcessRows& rows, const std::vector<double>& labels, const Folds& folds,
                    const GaussianProcessOptions& options, uint64_t seed,
                    const std::optional<Lessons>& lessons = std::nullopt);

  double predict(std::span<const double> numbers, const SparseRow& text) const;
  /// Standard deviation of the noise at this place.
  double spread(std::span<const double> numbers) const;
  size_t columns() const { return mean_.size(); }

  void store(const std::string& prefix, SafetensorsFile& into) const;
  /// Throws Error naming file and tensor when the sizes do not fit together.
  static GaussianProcess restore(const std::string& prefix, const SafetensorsFile& from, size_t columns,
                                 size_t text_columns);

 private:
  CovariancePoints points_of(const GaussianProcessRows& rows) const;
  std::vector<double> standardised(std::span<const double> numbers) const;
  void take(const GaussianProcessRows& rows, const LearntProcess& learnt);
  void measure_supports();
  double turn(std::span<const double> a, std::span<const double> b) const;

  std::vector<double> mean_, scale_;          // [columns]
  std::vector<double> inverse_length_;        // [columns]
  std::vector<SparseRow> support_words_;      // [supports], of the product blocks, times their variances
  std::vector<double> product_weights_;       // [supports]
  std::vector<double> support_turn_;          // [supports], turn() with itself; not stored
  std::vector<double> turn_stretch_;          // [columns], from inverse_length_ to the scales of what turns words
  Matrix supports_;                           // [supports, columns], standardised and divided by the lengths
  std::vector<double> support_weights_;       // [supports], times the Matérn kernel's variance
  std::vector<double> linear_, text_linear_;  // [columns], [text columns]
  TextLengths lengths_;                       // a group a block of words
  std::vector<double> exponents_;             // [blocks], of a text's length
  std::vector<double> noise_;                 // [1 + columns], linear in the logarithm of the variance
  double intercept_ = 0;
};

struct GaussianProcess::Fitted {
  GaussianProcess process;
  std::vector<double> out_of_fold;  // [rows]: what a process learnt from the other folds' rows alone predicts
  std::vector<double> spread;       // [rows]: that process's noise there
  Lessons lessons;                  // what it expects of its own rows, left out one by one
  TrainingLabels labels;            // what it learnt from
};

}  // namespace foreview
