#include "features/typical_shift.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "media/luma.h"
#include "visual/frame_scaling.h"

namespace foreview {
namespace {

constexpr int cells_of_short_side = 24;
constexpr double most_shift = 1.0 / 3;  // of a side
constexpr size_t most_pairs = 64;

/// Grey videos as coarse maps without their mean over time.
struct CoarseVideo {
  int width = 0, height = 0;
  std::vector<std::vector<float>> maps;  // [frames][height, width]
};

std::vector<float> coarse_map(const Frames& frames, const PixelBox& box, size_t frame, int width, int height) {
  std::vector<float> sums(static_cast<size_t>(width * height), 0.0f), counts(sums.size(), 0.0f);
  const size_t row_bytes = static_cast<size_t>(frames.width) * 3;
  for (int y = 0; y < box.height; ++y) {
    const uint8_t* pixel = frames.pixels.data() +
                           (frame * static_cast<size_t>(frames.height) + static_cast<size_t>(y + box.top)) * row_bytes +
                           static_cast<size_t>(box.left) * 3;
    for (int x = 0; x < box.width; ++x, pixel += 3) {
      const auto cell = static_cast<size_t>(y * height / box.height * width + x * width / box.width);
      sums[cell] += luma<float>(pixel) / 255.0f;
      ++counts[cell];
    }
  }
  for (size_t cell = 0; cell < sums.size(); ++cell) sums[cell] /= std::max(counts[cell], 1.0f);
  return sums;
}

CoarseVideo coarse_video(const Frames& frames) {
  const PixelBox box = content_of(frames);
  const double scale = std::min(1.0, static_cast<double>(cells_of_short_side) / std::min(box.width, box.height));
  CoarseVideo video{.width = std::max(1, static_cast<int>(box.width * scale)),
                    .height = std::max(1, static_cast<int>(box.height * scale)),
                    .maps = {}};
  const size_t count = std::min(frames.count(), most_pairs + 1);
  for (size_t frame = 0; frame < count; ++frame)
    video.maps.push_back(coarse_map(frames, box, frame, video.width, video.height));
  for (size_t cell = 0; cell < video.maps[0].size(); ++cell) {
    float mean = 0;
    for (const auto& map : video.maps) mean += map[cell] / static_cast<float>(count);
    for (auto& map : video.maps) map[cell] -= mean;
  }
  return video;
}

/// Mean over pairs of the product of a frame with the next one shifted back.
double correlation_at(const CoarseVideo& video, int right, int down) {
  double sum = 0;
  for (size_t t = 0; t + 1 < video.maps.size(); ++t) {
    const std::vector<float>&before = video.maps[t], &after = video.maps[t + 1];
    for (int y = std::max(0, -down); y < std::min(video.height, video.height - down); ++y) {
      const float* one = before.data() + y * video.width;
      const float* other = after.data() + (y + down) * video.width + right;
      float row = 0;
      for (int x = std::max(0, -right); x < std::min(video.width, video.width - right); ++x) row += one[x] * other[x];
      sum += row;
    }
  }
  const double overlap = static_cast<double>(video.width - std::abs(right)) * (video.height - std::abs(down));
  return sum / overlap;
}

// Between whole shifts by a parabola.
double refined(double before, double at, double after) {
  const double bend = before - 2 * at + after;
  return bend < 0 ? std::clamp(0.5 * (before - after) / bend, -0.5, 0.5) : 0;
}

}  // namespace

TypicalShift typical_shift(const Frames& frames) {
  check_frames(frames);
  if (frames.count() < 2) return {};
  const CoarseVideo video = coarse_video(frames);
  double power = 0;
  for (const auto& map : video.maps)
    for (const float value : map) power += static_cast<double>(value) * value;
  power /= static_cast<double>(video.width * video.height);
  if (power < 1e-6 * static_cast<double>(video.maps.size())) return {};
  const int most_right = static_cast<int>(video.width * most_shift),
            most_down = static_cast<int>(video.height * most_shift);
  const int columns = 2 * most_right + 1;
  std::vector<double> surface;
  for (int down = -most_down; down <= most_down; ++down)
    for (int right = -most_right; right <= most_right; ++right)
      surface.push_back(correlation_at(video, right, down) / power);
  const auto best = static_cast<int>(std::ranges::max_element(surface) - surface.begin());
  const int column = best % columns, row = best / columns, rows = 2 * most_down + 1;
  const auto at = [&](int r, int c) { return surface[static_cast<size_t>(r * columns + c)]; };
  double right = column - most_right, down = row - most_down;
  if (column > 0 && column + 1 < columns) right += refined(at(row, column - 1), at(row, column), at(row, column + 1));
  if (row > 0 && row + 1 < rows) down += refined(at(row - 1, column), at(row, column), at(row + 1, column));
  return {
      .right = right / video.width, .down = down / video.height, .certainty = std::clamp(at(row, column), 0.0, 1.0)};
}

}  // namespace foreview
