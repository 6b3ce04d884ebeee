#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/safetensors.h"
#include "regression/matrix.h"

namespace foreview {

/// Makes one kind's vectors fit for a small regressor: standardised by the training rows, and, when there are many
/// columns, turned onto their main axes: the first to deviation 1, the others as much less as the rows spread less
/// along them. Values that are not finite count as the training mean, and nothing leaves further than 8 deviations from
/// it.
class VectorScaler {
 public:
  struct Options {
    bool standardise = true;  ///< each column to deviation 1; else only centred (rows that share one scale)
    int most_axes = 0;        ///< principal axes kept; 0 keeps the columns as they are
  };
  VectorScaler() = default;
  /// `rows`: all training vectors of the kind; may be empty (then nothing of this kind is ever used).
  static VectorScaler fit(const Matrix& rows, const Options& options);

  size_t input_dimension() const { return mean_.size(); }
  size_t dimension() const { return axes_.rows ? axes_.cols : mean_.size(); }
  std::vector<float> transform(std::span<const float> vector) const;

  void store(const std::string& prefix, SafetensorsFile& into) const;
  /// Throws Error naming the file for tensors that do not fit together.
  static VectorScaler restore(const std::string& prefix, const SafetensorsFile& from);

 private:
  std::vector<double> mean_, scale_;  // [input]; scale is one over the deviation, 0 for constant columns
  Matrix axes_;                       // [input, kept], already divided by the spread along the first
};

}  // namespace foreview
