#include "features/speech_features.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "text/text_vectorizer.h"

namespace foreview {

const std::vector<std::string>& speech_feature_names() {
  static const std::vector<std::string> names = {"no_speech", "spoken_words_log1p", "words_a_second"};
  return names;
}

std::vector<float> speech_features(const Transcript& transcript) {
  const auto words = static_cast<double>(words_of(transcript.text()).size());
  double seconds = 0;
  for (const TranscriptSegment& segment : transcript.segments)
    if (const double length = segment.end - segment.start; std::isfinite(length)) seconds += std::max(0.0, length);
  double rate = std::numeric_limits<double>::quiet_NaN();
  if (words == 0) rate = 0;
  if (words > 0 && seconds > 0) rate = words / seconds;
  return {words == 0 ? 1.0F : 0.0F, static_cast<float>(std::log1p(words)), static_cast<float>(rate)};
}

}  // namespace foreview
