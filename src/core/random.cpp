#include "core/random.h"

#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "core/hash.h"

namespace foreview {
namespace {

/// SplitMix64 (Steele et al. 2014): fills the state from one number, never with all zeros.
uint64_t split_mix(uint64_t& state) {
  uint64_t z = (state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

}  // namespace

uint64_t derive_seed(uint64_t seed, std::string_view purpose) {
  return std::stoull(fingerprint(std::to_string(seed) + ":" + std::string(purpose)), nullptr, 16);
}

Random::Random(uint64_t seed) {
  for (uint64_t& word : state_) word = split_mix(seed);
}

uint64_t Random::next() {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

double Random::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  double x, y, square;
  do {
    x = uniform(-1, 1);
    y = uniform(-1, 1);
    square = x * x + y * y;
  } while (square >= 1 || square == 0);
  const double scale = std::sqrt(-2 * std::log(square) / square);
  spare_ = y * scale;
  has_spare_ = true;
  return x * scale;
}

size_t Random::below(size_t n) {
  // Drawing again above the largest multiple of n keeps every value equally likely.
  const uint64_t excess = (std::numeric_limits<uint64_t>::max() % n + 1) % n;
  uint64_t drawn;
  do drawn = next();
  while (drawn > std::numeric_limits<uint64_t>::max() - excess);
  return drawn % n;
}

}  // namespace foreview
