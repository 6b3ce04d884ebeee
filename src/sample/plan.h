#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sample/factors.h"
#include "sample/sample.h"

namespace foreview {

/// Everything about one video before its pixels and samples are made.
struct VideoPlan {
  std::string id;         ///< 19 digits; the upper 32 bits are `timestamp`, as on the site
  int64_t timestamp = 0;  ///< seconds since 1970
  std::string author, caption;
  SampleFactors factors;
  std::vector<std::string> words;  ///< in the order spoken
  int voice_pitch = 50;            ///< of the speaker, espeak-ng's scale
  double least_seconds = 3;        ///< length, unless the words take longer
  uint64_t media_seed = 0;         ///< for everything in picture and sound that no factor decides
  double explained = 0;            ///< log1p(views) that the law gives
  uint64_t views = 0;              ///< with the noise, rounded as the site shows it
};

/// The whole library, decided before anything is made: no video depends on which worker makes it. Factors are drawn
/// stratified: each covers its range evenly whatever the seed. Throws Error{usage} for fewer than one video.
std::vector<VideoPlan> plan_sample(const SampleOptions& options);

}  // namespace foreview
