#pragma once

#include "core/timed_vectors.h"

namespace foreview {

/// Numbers that encoder states of `width` add to an audio token.
inline int encoder_state_columns(int width) { return width > 0 ? width + 1 : 0; }

/// Audio tokens: the statistics of each 2 s, then the mean encoder state of the same 2 s and 1; zeros where no state is
/// (nobody speaks there, or the words came from elsewhere). `states` has one row each 2 s that was encoded, in seconds
/// from the first sample. A `width` of 0 leaves the statistics as they are. Throws Error for states of another width.
TimedVectors join_encoder_states(const TimedVectors& statistics, const TimedVectors& states, int width);

}  // namespace foreview
