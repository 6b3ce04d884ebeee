#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace foreview {

/// A seed for one purpose, derived from the run's seed, so that two uses never share a stream.
uint64_t derive_seed(uint64_t seed, std::string_view purpose);

/// Pseudo-random numbers whose sequence is the same on every platform (xoshiro256**, Blackman and Vigna 2018).
class Random {
 public:
  explicit Random(uint64_t seed);

  uint64_t next();
  /// In [0, 1).
  double uniform();
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Mean 0, deviation 1 (Marsaglia's polar method).
  double normal();
  /// In [0, n); n > 0.
  size_t below(size_t n);

  template <class T>
  void shuffle(std::span<T> items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  uint64_t state_[4];
  bool has_spare_ = false;
  double spare_ = 0;
};

}  // namespace foreview
