#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "media/ffmpeg_handles.h"

namespace foreview {

/// How decoded pixels are turned to stand upright: quarter turns and mirrorings, as x' = a x + c y, y' = b x + d y with
/// entries -1, 0, 1 and y pointing down (the matrix of ISO 14496-12, 8.5.3).
struct Orientation {
  int a = 1, b = 0, c = 0, d = 1;
  bool swaps_sides() const { return a == 0; }

  /// The nearest of the eight to a display matrix (nine 16.16 and 2.30 fixed-point numbers); upright for nonsense.
  static Orientation from_display_matrix(std::span<const int32_t, 9> matrix);
};

/// The largest even box with the picture's shape inside width x height: left, top, width, height in pixels.
/// `shown_width` and `shown_height` are the upright picture's sides in square pixels.
std::array<int, 4> fit_box(double shown_width, double shown_height, int width, int height);

/// Scales decoded frames, turns them upright and puts them on black: width x height RGB pixels a frame.
class Letterbox {
 public:
  Letterbox(int width, int height, Orientation orientation);

  /// rgb: [height, width, 3], overwritten. `stream_aspect` is used when the frame does not say its pixels' shape.
  /// Returns the content box. Throws Error (without a file) when the pixel format cannot be converted.
  std::array<int, 4> paint(const AVFrame& frame, AVRational stream_aspect, std::span<uint8_t> rgb);

 private:
  void prepare_scaler(const AVFrame& frame, int width, int height);

  int width_, height_;
  Orientation orientation_;
  SwsContextPtr scaler_;
  FramePtr scaled_;
};

}  // namespace foreview
