#include "media/video_decoder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "foreview/error.h"
#include "media/media_file.h"

namespace foreview {
namespace {

Orientation orientation_of(const AVStream& stream) {
  const std::span<const uint8_t> bytes = stream_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX);
  std::array<int32_t, 9> matrix;
  if (bytes.size() < sizeof matrix) return {};
  std::memcpy(matrix.data(), bytes.data(), sizeof matrix);
  return Orientation::from_display_matrix(matrix);
}

}  // namespace

VideoDecoder::VideoDecoder(const AVStream& stream, const SamplingOptions& options)
    : TrackDecoder(stream, "video"),
      plan_(options),
      letterbox_(options.width, options.height, orientation_of(stream)),
      most_seconds_(options.most_seconds) {
  frames_.width = options.width;
  frames_.height = options.height;
}

void VideoDecoder::take(AVFrame& frame) {
  if (frame.width <= 0 || frame.height <= 0) return;
  if (frame.width > kMostPixelsASide || frame.height > kMostPixelsASide)
    throw Error(
        {.problem = "a picture is too large", .got = std::to_string(frame.width) + "x" + std::to_string(frame.height)});
  const std::optional<double> time = time_of(frame);
  double since = 0;
  if (shown_) {
    since = time ? *time - *first_time_ : shown_since_ + last_frame_duration();
    if (since > shown_since_) {
      previous_gap_ = since - shown_since_;
      keep_shown(plan_.samples_until(since));
    }
    since = std::max(since, shown_since_);  // times that run backwards only replace what is on display
    seconds_ = std::min(since, most_seconds_);
    if (enough()) return;
  } else {
    first_time_ = time.value_or(0);
    shown_ = new_frame();
  }
  av_frame_unref(shown_.get());
  av_frame_move_ref(shown_.get(), &frame);
  shown_since_ = since;
}

double VideoDecoder::last_frame_duration() const {
  if (const double said = frame_duration(*shown_, stream().time_base); said > 0) return said;
  if (previous_gap_ > 0) return previous_gap_;
  const AVRational rate = stream().avg_frame_rate;
  return rate.num > 0 && rate.den > 0 ? 1 / av_q2d(rate) : plan_.time_of(1);
}

void VideoDecoder::take_end() {
  if (!shown_) return;
  if (!enough()) {
    const double end = shown_since_ + last_frame_duration();
    keep_shown(plan_.samples_until_track_end(end));
    seconds_ = std::min(end, most_seconds_);
  }
  shown_.reset();
}

void VideoDecoder::keep_shown(size_t samples) {
  if (samples == 0) return;
  const size_t bytes = size_t{3} * frames_.width * frames_.height;
  picture_.resize(bytes);
  const auto box = letterbox_.paint(*shown_, stream().sample_aspect_ratio, picture_);
  if (!has_frames_) frames_.content_box = box;
  has_frames_ = true;
  for (size_t i = 0; i < samples; ++i) {
    frames_.pixels.insert(frames_.pixels.end(), picture_.begin(), picture_.end());
    frames_.times.push_back(plan_.time_of(frames_.times.size()));
  }
}

}  // namespace foreview
