#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "media/track_decoder.h"
#include "media/tracks.h"

namespace foreview {

/// Decodes an audio track to 16 kHz mono f32: the plain average of all channels (FFmpeg's own downmix to mono would be
/// 3 dB louder), resampled by libswresample with its default polyphase filter. Gaps between packets become silence.
class AudioDecoder : public TrackDecoder {
 public:
  AudioDecoder(const AVStream& stream, const SamplingOptions& options);

  /// Seconds on the container's clock at which the first sample is heard.
  double first_time() const { return first_time_.value_or(0); }
  bool has_result() const override { return has_samples_; }
  std::vector<float> take_samples() { return std::move(samples_); }

 protected:
  void take(AVFrame& frame) override;
  void take_end() override;
  bool enough() const override { return samples_.size() >= most_samples_; }
  double decoded_seconds() const override;

 private:
  void start_resampler(const AVFrame& frame);
  void fill_gap(const AVFrame& frame);
  /// `input` null: takes what the resampler still holds.
  void resample(const uint8_t* const* input, int count);

  size_t most_samples_;
  SwrContextPtr resampler_;
  int format_ = AV_SAMPLE_FMT_NONE, channels_ = 0, sample_rate_ = 0;  // of the frames that resampler_ takes
  std::vector<float> samples_;
  size_t decoded_samples_ = 0;
  bool has_samples_ = false;
  std::optional<double> first_time_;
  double next_time_ = 0;  // seconds on the container's clock at which the last frame ends
};

}  // namespace foreview
