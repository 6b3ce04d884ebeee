#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "media/packet_scan.h"
#include "media/tracks.h"

namespace foreview {

/// Which packets of a video track are decoded and which pictures are kept: the sampling plan of one file.
struct FrameSchedule {
  std::vector<bool> decoded;         // [packets], in decoding order
  std::vector<int64_t> sample_time;  // [samples], presentation time of the picture that each sample shows; rising
  int64_t first_time = 0;            // presentation time at which the track begins
  double seconds = 0;                // from the beginning to the end of the used part

  size_t decoded_count() const;
};

/// Sample k stands for k / frames_per_second seconds after the first picture. "exact" shows the picture on display
/// then. "fast" may show another one at most a third of the sampling interval away: the nearest one that has to be
/// decoded anyway, or a key picture where that leaves a good part of the packets undecoded. `scan` must be plannable;
/// `time_base` is the stream's.
FrameSchedule schedule_frames(const PacketScan& scan, AVRational time_base, const SamplingOptions& options);

}  // namespace foreview
