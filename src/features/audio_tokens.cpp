#include "features/audio_tokens.h"

#include <algorithm>
#include <cmath>

#include "foreview/error.h"

namespace foreview {
namespace {

constexpr double segment_seconds = 2;

}  // namespace

TimedVectors join_encoder_states(const TimedVectors& statistics, const TimedVectors& states, int width) {
  if (width <= 0 || statistics.count() == 0) return statistics;
  if (states.count() > 0 && states.dimension != width)
    throw Error({.problem = "Whisper's encoder states have another width than those the model was trained with",
                 .expected = std::to_string(width),
                 .got = std::to_string(states.dimension),
                 .advice = "use the Whisper model of the training, or train again"});
  const int dimension = statistics.dimension + encoder_state_columns(width);
  TimedVectors joined{.dimension = dimension,
                      .values = std::vector<float>(statistics.count() * static_cast<size_t>(dimension), 0.0f),
                      .spans = statistics.spans};
  const auto row_of = [&](size_t row) { return joined.values.begin() + static_cast<std::ptrdiff_t>(row) * dimension; };
  for (size_t row = 0; row < statistics.count(); ++row) std::ranges::copy(statistics.row(row), row_of(row));
  for (size_t i = 0; i < states.count(); ++i) {
    const auto row = static_cast<size_t>(std::lround(states.spans[i][0] / segment_seconds));
    if (row >= statistics.count()) continue;  // a rest too short for statistics
    std::ranges::copy(states.row(i), row_of(row) + statistics.dimension);
    *(row_of(row) + dimension - 1) = 1;
  }
  return joined;
}

}  // namespace foreview
