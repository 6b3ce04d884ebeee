#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "bert/sentence_encoder.h"
#include "core/timed_vectors.h"
#include "features/video_features.h"

namespace foreview {

/// A text that a text model is asked about, with the seconds that it covers.
struct Passage {
  std::string text;
  std::array<double, 2> span = {0, 0};
};

/// The caption as one passage; none without a caption.
std::vector<Passage> caption_passages(const std::optional<std::string>& caption);
/// What is said, neighbouring segments joined until a passage is long enough to mean something.
std::vector<Passage> spoken_passages(const std::optional<Transcript>& transcript);
/// Names the vectors of these passages in the feature store.
std::string passages_key(const std::vector<Passage>& passages);
/// One vector a passage; all texts in one call.
std::vector<TimedVectors> text_vectors(const SentenceEncoder& encoder,
                                       const std::vector<std::vector<Passage>>& passages);

}  // namespace foreview
