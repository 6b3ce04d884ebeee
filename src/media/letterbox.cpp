#include "media/letterbox.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "foreview/error.h"

namespace foreview {
namespace {

int sign(int64_t value) { return value < 0 ? -1 : 1; }

/// The length nearest to `length` that is even (when the side allows) and at least 2, at most `side`.
int even_length(double length, int side) {
  const int even = 2 * static_cast<int>(std::lround(length / 2));
  return std::min(std::max(even, 2), side);
}

/// Pixel width over pixel height; nonsense counts as square.
double pixel_aspect(const AVFrame& frame, AVRational stream_aspect) {
  const AVRational aspect = frame.sample_aspect_ratio.num > 0 ? frame.sample_aspect_ratio : stream_aspect;
  if (aspect.num <= 0 || aspect.den <= 0) return 1;
  return std::clamp(av_q2d(aspect), 1.0 / 16, 16.0);
}

/// Untagged video follows what players assume: BT.709 for large pictures, BT.601 for small ones.
int colour_space(const AVFrame& frame) {
  if (frame.colorspace != AVCOL_SPC_UNSPECIFIED && frame.colorspace != AVCOL_SPC_RESERVED) return frame.colorspace;
  return std::max(frame.width, frame.height) >= 1280 || std::min(frame.width, frame.height) > 576 ? SWS_CS_ITU709
                                                                                                  : SWS_CS_ITU601;
}

}  // namespace

Orientation Orientation::from_display_matrix(std::span<const int32_t, 9> matrix) {
  const int64_t a = matrix[0], b = matrix[1], c = matrix[3], d = matrix[4];
  const int64_t straight = std::abs(a) + std::abs(d), turned = std::abs(b) + std::abs(c);
  if (straight == 0 && turned == 0) return {};
  if (straight >= turned) return {.a = sign(a), .b = 0, .c = 0, .d = sign(d)};
  return {.a = 0, .b = sign(b), .c = sign(c), .d = 0};
}

std::array<int, 4> fit_box(double shown_width, double shown_height, int width, int height) {
  const double scale = std::min(width / shown_width, height / shown_height);
  const int box_width = even_length(shown_width * scale, width);
  const int box_height = even_length(shown_height * scale, height);
  return {(width - box_width) / 2, (height - box_height) / 2, box_width, box_height};
}

Letterbox::Letterbox(int width, int height, Orientation orientation)
    : width_(width), height_(height), orientation_(orientation) {}

void Letterbox::prepare_scaler(const AVFrame& frame, int width, int height) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  const bool shrinks = width <= frame.width && height <= frame.height;
  const int flags = (shrinks ? SWS_AREA : SWS_BICUBIC) | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT;
  if (!scaled_ || scaled_->width != width || scaled_->height != height) {
    scaled_ = new_frame();
    scaled_->format = AV_PIX_FMT_RGB24;
    scaled_->width = width;
    scaled_->height = height;
    if (av_frame_get_buffer(scaled_.get(), 0) < 0) throw std::bad_alloc();
  }
  scaler_.reset(sws_getCachedContext(scaler_.release(), frame.width, frame.height, format, width, height,
                                     AV_PIX_FMT_RGB24, flags, nullptr, nullptr, nullptr));
  if (!scaler_) {
    const char* name = av_get_pix_fmt_name(format);
    throw Error({.problem = "pictures of this kind cannot be converted",
                 .got = std::string(name ? name : "unknown pixel format") + " " + std::to_string(frame.width) + "x" +
                        std::to_string(frame.height)});
  }
  const int* rgb_table = sws_getCoefficients(SWS_CS_DEFAULT);
  const bool full_range = frame.color_range == AVCOL_RANGE_JPEG;
  sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(colour_space(frame)), full_range, rgb_table, 1, 0,
                           1 << 16, 1 << 16);
}

std::array<int, 4> Letterbox::paint(const AVFrame& frame, AVRational stream_aspect, std::span<uint8_t> rgb) {
  double shown_width = frame.width * pixel_aspect(frame, stream_aspect), shown_height = frame.height;
  const bool swaps = orientation_.swaps_sides();
  if (swaps) std::swap(shown_width, shown_height);
  const std::array<int, 4> box = fit_box(shown_width, shown_height, width_, height_);
  const auto [left, top, box_width, box_height] = box;
  const int scaled_width = swaps ? box_height : box_width, scaled_height = swaps ? box_width : box_height;
  prepare_scaler(frame, scaled_width, scaled_height);
  if (sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, scaled_->data, scaled_->linesize) < 0)
    throw Error({.problem = "a picture cannot be scaled"});

  std::ranges::fill(rgb, uint8_t{0});
  const Orientation& turn = orientation_;
  const int origin_x = left + (turn.a + turn.c < 0 ? box_width - 1 : 0);
  const int origin_y = top + (turn.b + turn.d < 0 ? box_height - 1 : 0);
  for (int y = 0; y < scaled_height; ++y) {
    const uint8_t* from = scaled_->data[0] + static_cast<ptrdiff_t>(y) * scaled_->linesize[0];
    for (int x = 0; x < scaled_width; ++x, from += 3) {
      const int to_x = origin_x + turn.a * x + turn.c * y, to_y = origin_y + turn.b * x + turn.d * y;
      std::copy_n(from, 3, rgb.begin() + 3 * (static_cast<ptrdiff_t>(to_y) * width_ + to_x));
    }
  }
  return box;
}

}  // namespace foreview
