#pragma once

#include <string>

namespace foreview {

/// One line for `doctor`: the FFmpeg libraries' version and which of the usual codecs they can decode.
std::string describe_ffmpeg();

}  // namespace foreview
