#pragma once

#include "pipeline/run_context.h"

namespace foreview {

/// Writes down what is said in every decoded video that has no subtitles beside it, and counts where transcripts come
/// from. Does nothing when speech is not used; goes on where it was.
void transcribe_videos(RunContext& run);

/// "212 sidecar, 20 pocketsphinx (low accuracy, English), 8 without speech": what the report says.
std::string transcript_sources(const RunContext& run);

}  // namespace foreview
