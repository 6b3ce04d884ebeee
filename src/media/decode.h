#pragma once

#include <filesystem>

#include "media/media_source.h"
#include "media/tracks.h"

namespace foreview {

/// Decodes one file in this process: only the worker and tests call it (media bytes are hostile input).
/// Frames are those on display at k / frames_per_second, k = 0, 1, ... (or near that, see SamplingOptions::mode);
/// rotated by the display matrix, non-square pixels made square, letterboxed with black. `threads` decode the video
/// track. Audio is the default track as 16 kHz mono f32 (average of the channels). Throws Error when no track can be
/// decoded at all, with the reason in a user's words.
Tracks decode_media(const std::filesystem::path& file, const SamplingOptions& options, int threads = 1);
Tracks decode_media(const MediaSource& source, const SamplingOptions& options, int threads = 1);

}  // namespace foreview
