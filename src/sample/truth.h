#pragma once

#include <span>
#include <string>

#include "sample/plan.h"
#include "sample/sample.h"

namespace foreview {

/// metadata.json: the original scraper's array with caption, author and time beside it.
std::string metadata_text(std::span<const VideoPlan> plans);
/// truth.json: the law in words and as a formula, its weights and noise, the largest reachable R2, and every video's
/// factors. The names are those of SampleFactors.
std::string truth_text(std::span<const VideoPlan> plans, const SampleOptions& options);

}  // namespace foreview
