#include "visual/frame_scaling.h"

#include <algorithm>
#include <cmath>

#include "foreview/error.h"

namespace foreview {
namespace {

/// Source pixels under one target pixel along one axis, and how much of each is covered (sum 1).
struct Coverage {
  int first = 0;
  std::vector<float> weights;
};

std::vector<Coverage> coverage(int source, int target) {
  std::vector<Coverage> all(static_cast<size_t>(target));
  const double scale = static_cast<double>(source) / target;
  for (int i = 0; i < target; ++i) {
    const double begin = i * scale, end = (i + 1) * scale;
    Coverage& one = all[static_cast<size_t>(i)];
    one.first = static_cast<int>(begin);
    const int last = std::min(source, static_cast<int>(std::ceil(end - 1e-9)));
    for (int s = one.first; s < last; ++s) {
      one.weights.push_back(static_cast<float>((std::min(end, s + 1.0) - std::max(begin, s + 0.0)) / scale));
    }
  }
  return all;
}

void scale_one(const uint8_t* source, int source_width, const std::vector<Coverage>& rows,
               const std::vector<Coverage>& columns, std::vector<float>& row_sum, uint8_t* target) {
  for (const Coverage& row : rows) {
    std::fill(row_sum.begin(), row_sum.end(), 0.0f);
    for (size_t i = 0; i < row.weights.size(); ++i) {
      const uint8_t* line = source + (static_cast<size_t>(row.first) + i) * static_cast<size_t>(source_width) * 3;
      for (size_t x = 0; x < row_sum.size(); ++x) row_sum[x] += row.weights[i] * line[x];
    }
    for (const Coverage& column : columns) {
      float sum[3] = {0.5f, 0.5f, 0.5f};  // rounds to nearest
      for (size_t i = 0; i < column.weights.size(); ++i) {
        const float* pixel = row_sum.data() + (static_cast<size_t>(column.first) + i) * 3;
        for (int c = 0; c < 3; ++c) sum[c] += column.weights[i] * pixel[c];
      }
      for (const float value : sum) *target++ = static_cast<uint8_t>(std::min(value, 255.0f));
    }
  }
}

// A small pixel is picture when all it covers is picture; of a picture thinner than that, when any of it is.
std::vector<uint8_t> picture_mask(const Frames& frames, int width, int height) {
  const PixelBox box = content_of(frames);
  const double scale_x = static_cast<double>(frames.width) / width;
  const double scale_y = static_cast<double>(frames.height) / height;
  const auto mask = [&](bool whole) {
    std::vector<uint8_t> inside(static_cast<size_t>(width) * static_cast<size_t>(height));
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const double left = x * scale_x, right = left + scale_x, top = y * scale_y, bottom = top + scale_y;
        const double box_right = box.left + box.width, box_bottom = box.top + box.height;
        const bool is_whole = left >= box.left - 1e-6 && right <= box_right + 1e-6 && top >= box.top - 1e-6 &&
                              bottom <= box_bottom + 1e-6;
        const bool is_any = left < box_right && right > box.left && top < box_bottom && bottom > box.top;
        inside[static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)] =
            whole ? is_whole : is_any;
      }
    }
    return inside;
  };
  std::vector<uint8_t> inside = mask(true);
  if (std::find(inside.begin(), inside.end(), 1) == inside.end()) inside = mask(false);
  return inside;
}

}  // namespace

void check_frames(const Frames& frames) {
  const size_t expected = frames.count() * static_cast<size_t>(std::max(frames.width, 0)) *
                          static_cast<size_t>(std::max(frames.height, 0)) * 3;
  if (frames.count() == 0) return;
  if (frames.width > 0 && frames.height > 0 && frames.pixels.size() == expected) return;
  throw Error({.problem = "frames do not hold what their size says",
               .expected = std::to_string(expected) + " bytes for " + std::to_string(frames.count()) + " frames of " +
                           std::to_string(frames.width) + "x" + std::to_string(frames.height),
               .got = std::to_string(frames.pixels.size()),
               .advice = "prepare the video again"});
}

PixelBox content_of(const Frames& frames) {
  const auto& [left, top, width, height] = frames.content_box;
  const int first_x = std::clamp(left, 0, frames.width), first_y = std::clamp(top, 0, frames.height);
  PixelBox box{.left = first_x,
               .top = first_y,
               .width = std::clamp(width, 0, frames.width - first_x),
               .height = std::clamp(height, 0, frames.height - first_y)};
  if (box.width == 0 || box.height == 0) box = {0, 0, frames.width, frames.height};
  return box;
}

ScaledVideo scale_frames(const Frames& frames, int width, int height) {
  check_frames(frames);
  ScaledVideo scaled{.width = width, .height = height, .frames = frames.count(), .pixels = {}, .picture = {}};
  if (frames.count() == 0) return scaled;
  const std::vector<Coverage> rows = coverage(frames.height, height), columns = coverage(frames.width, width);
  const size_t source_bytes = static_cast<size_t>(frames.width) * static_cast<size_t>(frames.height) * 3;
  const size_t target_bytes = static_cast<size_t>(width) * static_cast<size_t>(height) * 3;
  scaled.pixels.resize(frames.count() * target_bytes);
  std::vector<float> row_sum(static_cast<size_t>(frames.width) * 3);
  for (size_t frame = 0; frame < frames.count(); ++frame) {
    scale_one(frames.pixels.data() + frame * source_bytes, frames.width, rows, columns, row_sum,
              scaled.pixels.data() + frame * target_bytes);
  }
  scaled.picture = picture_mask(frames, width, height);
  return scaled;
}

}  // namespace foreview
