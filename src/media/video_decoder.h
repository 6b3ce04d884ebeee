#pragma once

#include <optional>
#include <utility>

#include "media/letterbox.h"
#include "media/sampling_plan.h"
#include "media/track_decoder.h"
#include "media/tracks.h"

namespace foreview {

/// Decodes a video track and keeps the frames of the sampling plan; frames that are not kept are never converted.
class VideoDecoder : public TrackDecoder {
 public:
  VideoDecoder(const AVStream& stream, const SamplingOptions& options);

  /// Seconds on the container's clock at which the first frame is shown; zero of the track's own clock.
  double first_time() const { return first_time_.value_or(0); }
  bool has_result() const override { return has_frames_; }
  /// Seconds from the first frame to the end of the last one kept.
  double seconds() const { return seconds_; }
  Frames take_frames() { return std::move(frames_); }

 protected:
  void take(AVFrame& frame) override;
  void take_end() override;
  bool enough() const override { return plan_.full(); }
  double decoded_seconds() const override { return seconds_; }

 private:
  void keep_shown(size_t samples);
  double last_frame_duration() const;

  SamplingPlan plan_;
  Letterbox letterbox_;
  double most_seconds_;
  Frames frames_;
  bool has_frames_ = false;
  std::vector<uint8_t> picture_;  // [height, width, 3]
  FramePtr shown_;                // the frame on display, until the next one comes
  double shown_since_ = 0;        // seconds from the first frame
  double previous_gap_ = 0;       // seconds between the last two frames
  double seconds_ = 0;
  std::optional<double> first_time_;
};

}  // namespace foreview
