#include "media/video_decoder.h"

#include <array>
#include <cstring>
#include <span>
#include <string>

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

VideoDecoder::VideoDecoder(const AVStream& stream, const SamplingOptions& options, int threads)
    : TrackDecoder(stream, "video", threads),
      options_(options),
      letterbox_(options.width, options.height, orientation_of(stream)) {
  frames_.width = options.width;
  frames_.height = options.height;
}

void VideoDecoder::check_size(const AVFrame& frame) {
  if (frame.width > kMostPixelsASide || frame.height > kMostPixelsASide)
    throw Error(
        {.problem = "a picture is too large", .got = std::to_string(frame.width) + "x" + std::to_string(frame.height)});
}

void VideoDecoder::keep(const AVFrame& picture, size_t samples) {
  if (samples == 0) return;
  painted_.resize(size_t{3} * frames_.width * frames_.height);
  const auto box = letterbox_.paint(picture, stream().sample_aspect_ratio, painted_);
  if (frames_.count() == 0) frames_.content_box = box;
  for (size_t i = 0; i < samples; ++i) {
    frames_.pixels.insert(frames_.pixels.end(), painted_.begin(), painted_.end());
    frames_.times.push_back(static_cast<double>(frames_.count()) / options_.frames_per_second);
  }
}

}  // namespace foreview
