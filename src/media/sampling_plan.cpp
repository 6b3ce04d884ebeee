#include "media/sampling_plan.h"

#include <algorithm>
#include <cmath>

namespace foreview {
namespace {

// Presentation times are fractions that a double holds only nearly; containers with millisecond times round them.
constexpr double kTimeTolerance = 1e-6;  // seconds

}  // namespace

size_t most_frames(const SamplingOptions& options) {
  const double most = std::ceil((options.most_seconds - kTimeTolerance) * options.frames_per_second);
  return most > 1 ? static_cast<size_t>(most) : 1;
}

SamplingPlan::SamplingPlan(const SamplingOptions& options)
    : frames_per_second_(options.frames_per_second), most_(most_frames(options)) {}

size_t SamplingPlan::samples_until(double end) {
  const double before_end = std::ceil((end - kTimeTolerance) * frames_per_second_);
  if (!(before_end > static_cast<double>(taken_))) return 0;
  const size_t reached = before_end < static_cast<double>(most_) ? static_cast<size_t>(before_end) : most_;
  const size_t samples = reached - std::min(taken_, reached);
  taken_ = reached;
  return samples;
}

size_t SamplingPlan::samples_until_track_end(double end) {
  size_t samples = samples_until(end);
  if (taken_ == 0) {
    samples = 1;
    taken_ = 1;
  }
  return samples;
}

}  // namespace foreview
