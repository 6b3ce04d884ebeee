#pragma once

#include <span>
#include <string>

#include "sample/sound.h"

namespace foreview {

/// SubRip text (.srt): one numbered cue a word.
std::string subrip_text(std::span<const SpokenWord> words);

}  // namespace foreview
