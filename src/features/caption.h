#pragma once

#include <optional>
#include <string>

#include "dataset/record.h"

// Internal to this folder.
namespace foreview {

/// What the author writes under a video, else its title; absent when neither is known.
std::optional<std::string> caption_of(const Record& record);

}  // namespace foreview
