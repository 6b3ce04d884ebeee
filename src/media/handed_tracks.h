#pragma once

#include "media/decode_messages.h"
#include "media/tracks.h"

namespace foreview {

/// Copies the tracks that a worker's answer describes out of the shared memory `memory`. Nothing of either is trusted:
/// sizes are held against what `options` asked for before memory is asked for, numbers must be finite, texts are cut
/// and cleaned. Throws Error when they do not go together.
Tracks take_tracks(const WorkerAnswer& answer, const SamplingOptions& options, int memory);

}  // namespace foreview
