#pragma once

#include <filesystem>
#include <string>

#include "media/decode_worker.h"

namespace foreview {

/// Looks whether a downloaded file is a whole video: the boxes of an MP4 fill the file exactly, and the decoder finds a
/// video track in it. Gives the file name extension ("mp4", "webm"). Throws Error with what is wrong.
std::string check_video_file(const std::filesystem::path& file, DecodeWorker& decoder);

/// What is wrong with the top-level boxes of an MP4 file; empty when they end where the file ends.
std::string fault_in_mp4_boxes(const std::filesystem::path& file);

}  // namespace foreview
