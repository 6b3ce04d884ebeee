#pragma once

#include <array>
#include <span>
#include <vector>

namespace foreview {

/// Embedding vectors of one kind with the seconds each one covers: one row a clip or segment.
struct TimedVectors {
  int dimension = 0;
  std::vector<float> values;                 // [count, dimension]
  std::vector<std::array<double, 2>> spans;  // [count], start and end in seconds from the start of the track

  size_t count() const { return spans.size(); }
  std::span<const float> row(size_t index) const {
    return std::span<const float>(values).subspan(index * dimension, dimension);
  }
};

}  // namespace foreview
