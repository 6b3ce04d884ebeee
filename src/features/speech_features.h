#pragma once

#include <string>
#include <vector>

#include "speech/transcript.h"

namespace foreview {

/// What a transcript tells beside its words, in a fixed order: that nobody speaks, how much is said and how fast.
const std::vector<std::string>& speech_feature_names();
/// NaN: unknown (the rate of a transcript without times).
std::vector<float> speech_features(const Transcript& transcript);

}  // namespace foreview
