#pragma once

#include <vector>

#include "core/random.h"
#include "regression/matrix.h"

namespace foreview::testing {

/// Rows and labels of a linear law.
struct LinearData {
  Matrix rows;
  std::vector<double> labels;
};

/// y = 2 x0 - x1 + noise, the other columns are noise; mean about 0.
inline LinearData linear_data(size_t count, size_t columns, double noise, uint64_t seed) {
  Random random(seed);
  LinearData data{Matrix(count, columns), {}};
  for (double& value : data.rows.values) value = random.normal();
  for (size_t r = 0; r < count; ++r)
    data.labels.push_back(2 * data.rows.at(r, 0) - data.rows.at(r, 1) + noise * random.normal());
  return data;
}

}  // namespace foreview::testing
