#pragma once

#include "pipeline/run_context.h"

namespace foreview {

/// Captions and transcripts of all videos through the text model, into the feature store. Returns how many texts were
/// new; 0 without a text model.
size_t embed_texts(RunContext& run);

}  // namespace foreview
