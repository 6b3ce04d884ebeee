#include "regression/author_teacher.h"

#include <algorithm>
#include <cmath>

#include "regression/author_encoder.h"

namespace foreview {

std::optional<Lessons> author_lessons(const std::vector<const VideoFeatures*>& videos,
                                      const std::vector<double>& labels, GaussianProcessRows rows, const Folds& folds,
                                      uint64_t seed) {
  std::vector<std::vector<float>> channels;
  for (const VideoFeatures* video : videos) channels.push_back(channel_numbers(*video));
  const auto shows = [](const std::vector<float>& channel) {
    return std::ranges::any_of(channel, [](float number) { return std::isfinite(number); });
  };
  if (std::ranges::none_of(channels, shows)) return {};
  const size_t own = rows.numbers.cols, more = channels.front().size();
  Matrix numbers(rows.count(), own + more);
  for (size_t row = 0; row < rows.count(); ++row) {
    std::ranges::copy(rows.numbers.row(row), numbers.row(row).begin());
    std::ranges::copy(channels[row], numbers.row(row).begin() + static_cast<ptrdiff_t>(own));
  }
  rows.numbers = std::move(numbers);
  rows.group_of_column.insert(rows.group_of_column.end(), more, static_cast<int>(rows.is_narrow.size()));
  rows.is_narrow.push_back(true);
  return GaussianProcess::fit(rows, labels, folds, {}, seed).lessons;
}

}  // namespace foreview
