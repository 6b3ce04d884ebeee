#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/safetensors.h"
#include "regression/folds.h"
#include "regression/matrix.h"
#include "regression/training_labels.h"
#include "regression/vector_scaler.h"

// Torch-free facade.
namespace foreview {

struct PerceptronOptions {
  std::vector<int> hidden = {128, 64};  ///< units of the hidden layers
  double dropout = 0.3;                 ///< of hidden units while training
  int members = 8;                      ///< networks from different seeds, averaged
  int batch = 64;                       ///< rows a step
  int steps = 640;                      ///< the schedule's length; cross-validation says how much of it is run
  int least_epochs = 20;                ///< however many steps they take
  double learning_rate = 2e-3;
  double weight_decay = 0.01;
};

/// Multilayer perceptrons (GELU, Hendrycks and Gimpel 2016) on one row of numbers a video: smooth where trees step, and
/// fitted by squared error. Several seeds are trained side by side and averaged.
class Perceptron {
 public:
  struct Fitted;
  Perceptron() = default;  ///< predicts 0
  /// `weight_of_column` [columns] scales the standardised columns, so that a wide group does not drown a narrow one.
  /// Trained for as many epochs (0 among them) as serve the left-out folds best.
  static Fitted fit(const Matrix& rows, const std::vector<double>& weight_of_column, const TrainingLabels& labels,
                    const Folds& folds, const PerceptronOptions& options, uint64_t seed);

  /// NaN in `row`: unknown.
  double predict(std::span<const double> row) const;

  void store(const std::string& prefix, SafetensorsFile& into) const;
  /// Throws Error naming file and tensor when the sizes do not fit together.
  static Perceptron restore(const std::string& prefix, const SafetensorsFile& from, size_t columns);

 private:
  friend class PerceptronTraining;
  struct Layer {
    Matrix weights;              // [inputs, units]
    std::vector<double> biases;  // [units]
  };
  std::vector<double> inputs(std::span<const double> row) const;

  VectorScaler scaler_;
  std::vector<double> column_weights_;
  std::vector<std::vector<Layer>> members_;
};

struct Perceptron::Fitted {
  Perceptron perceptron;
  std::vector<double> out_of_fold;  // [rows], predictions by networks that did not see the row
  int epochs = 0;
};

}  // namespace foreview
