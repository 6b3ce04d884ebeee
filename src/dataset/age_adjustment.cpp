#include "dataset/age_adjustment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "foreview/error.h"

namespace foreview {
namespace {

constexpr double hour = 3600;  // seconds; ages below are taken as this

double log_age(double age) { return std::log(std::max(age, hour)); }

}  // namespace

Quantity AgeAdjustment::adjusted(const Quantity& count, double age) const {
  const double shift = exponent * (log_age(reference_age) - log_age(age));
  const auto moved = [&](double value) { return std::max(0.0, std::expm1(std::log1p(std::max(0.0, value)) + shift)); };
  return {moved(count.value), moved(count.low), moved(count.high)};
}

AgeAdjustment fit_age_adjustment(const std::vector<AgedCount>& counts) {
  constexpr size_t least = 40;
  if (counts.size() < least)
    throw Error({.problem = "labels cannot be adjusted for age",
                 .expected = fmt::format("at least {} training videos with \"timestamp\" and \"epoch\"", least),
                 .got = fmt::format("{}", counts.size()),
                 .advice = "leave out --age-adjust, or use --min-age"},
                ErrorKind::usage);
  double mean_x = 0, mean_y = 0;
  std::vector<double> ages;
  for (const AgedCount& video : counts) {
    if (video.count < 0)
      throw Error({.problem = "labels cannot be adjusted for age",
                   .expected = "counts, 0 or more",
                   .got = fmt::format("{}", video.count),
                   .advice = "leave out --age-adjust"},
                  ErrorKind::usage);
    mean_x += log_age(video.age) / static_cast<double>(counts.size());
    mean_y += std::log1p(video.count) / static_cast<double>(counts.size());
    ages.push_back(video.age);
  }
  double xx = 0, xy = 0;
  for (const AgedCount& video : counts) {
    const double x = log_age(video.age) - mean_x;
    xx += x * x;
    xy += x * (std::log1p(video.count) - mean_y);
  }
  std::nth_element(ages.begin(), ages.begin() + static_cast<ptrdiff_t>(ages.size() / 2), ages.end());
  // Counts do not fall with age, and one that seems to grow faster than age squared is confounded with something else.
  return {.exponent = xx > 0 ? std::clamp(xy / xx, 0.0, 2.0) : 0.0, .reference_age = ages[ages.size() / 2]};
}

}  // namespace foreview
