#pragma once

#include <span>
#include <string>
#include <vector>

#include "sample/factors.h"
#include "sample/sample.h"

namespace foreview {

/// One cause of success. `value` has mean 0 and deviation 1 over the factors' distribution.
struct LawTerm {
  std::string name;
  std::string meaning;
  double share = 0;  ///< of the explained variance; the shares of a law sum to 1
  double (*value)(const SampleFactors&) = nullptr;
};

/// log1p(views) = mean + signal_deviation * sum over terms of sqrt(share) * value + noise_deviation * normal noise.
inline constexpr double kMeanLogViews = 10.5;
inline constexpr double kSignalDeviation = 2.0;
inline constexpr double kNoiseDeviation = 0.75;

std::vector<LawTerm> terms_of(SampleLaw law);
/// What the law is, for people who read truth.json.
std::string law_in_words(SampleLaw law);
/// Slope of log1p(views) on a term's value.
double weight_of(const LawTerm& term);
/// log1p(views) without the noise.
double explained_log_views(std::span<const LawTerm> terms, const SampleFactors& factors);

/// The largest R2 that any model could reach on these videos: 1 - variance of (actual - explained) / variance of
/// actual. 0 when the actual values do not vary. Both: [videos], log1p(views).
double attainable_r2(std::span<const double> actual, std::span<const double> explained);

/// Population variance; 0 for nothing.
double variance(std::span<const double> values);

}  // namespace foreview
