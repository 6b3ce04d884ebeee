#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "media/frame_schedule.h"
#include "media/letterbox.h"
#include "media/track_decoder.h"
#include "media/tracks.h"

namespace foreview {

/// Decodes a video track and keeps the pictures that samples show; those that are not kept are never converted.
class VideoDecoder : public TrackDecoder {
 public:
  VideoDecoder(const AVStream& stream, const SamplingOptions& options, int threads);

  /// Seconds on the container's clock at which the first picture is shown; zero of the track's own clock.
  virtual double first_time() const = 0;
  bool has_result() const override { return frames_.count() > 0; }
  /// Seconds from the first picture to the end of the last one kept.
  double seconds() const { return seconds_; }
  Frames take_frames() { return std::move(frames_); }

 protected:
  double decoded_seconds() const override { return seconds_; }
  size_t kept() const { return frames_.count(); }
  /// The picture becomes the next `samples` frames.
  void keep(const AVFrame& picture, size_t samples);
  /// Throws Error when it is larger than is allowed.
  static void check_size(const AVFrame& frame);

  SamplingOptions options_;
  double seconds_ = 0;

 private:
  Letterbox letterbox_;
  Frames frames_;
  std::vector<uint8_t> painted_;  // [height, width, 3]
};

/// Decodes every packet and finds out on the way what is on display when: for tracks that no plan can be made for.
/// Always exact.
std::unique_ptr<VideoDecoder> make_following_decoder(const AVStream& stream, const SamplingOptions& options,
                                                     int threads);
/// Decodes what `schedule` asks for. Pictures that turn out to be damaged are replaced by what was on display before.
std::unique_ptr<VideoDecoder> make_scheduled_decoder(const AVStream& stream, const SamplingOptions& options,
                                                     FrameSchedule schedule, int threads);

}  // namespace foreview
