#pragma once

#include <cstddef>
#include <vector>

#include "media/tracks.h"

namespace foreview {

/// The most frames a track may have: most_seconds * frames_per_second, at least 1.
size_t most_frames(const SamplingOptions& options);

/// Decides which decoded frames are kept. Sample k is taken at k / frames_per_second seconds after the first frame and
/// shows the frame that is on display then: the last one whose presentation time is not later.
class SamplingPlan {
 public:
  explicit SamplingPlan(const SamplingOptions& options);

  /// The frame on display until `end` (seconds on the plan's clock) is about to be replaced: returns how many samples
  /// it fills. Zero means that it need not be converted at all.
  size_t samples_until(double end);
  /// As above for the last frame of the track: at least one sample in all.
  size_t samples_until_track_end(double end);
  /// No further frame can be kept.
  bool full() const { return taken_ >= most_; }
  /// Seconds of sample `index`.
  double time_of(size_t index) const { return static_cast<double>(index) / frames_per_second_; }

 private:
  double frames_per_second_;
  size_t most_;
  size_t taken_ = 0;
};

}  // namespace foreview
