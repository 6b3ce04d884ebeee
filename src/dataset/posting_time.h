#pragma once

#include <optional>
#include <string_view>

#include "dataset/record.h"

namespace foreview {

/// When a video was posted, seconds since 1970: its `timestamp` (Unix seconds or milliseconds, or ISO 8601), else the
/// start of its `upload_date` (YYYYMMDD, UTC), else what a TikTok id says (19 digits whose upper 32 bits are the time).
/// Values outside 1970 to 2100 (for ids: 2014 to 2100) are passed over.
std::optional<double> posted_unix(const Record& record);

/// Seconds between posting and the moment its counts were read (`epoch`, in the same forms); absent when either is
/// unknown, or when the counts are older than the video.
std::optional<double> age_at_observation(const Record& record);

/// Seconds of "7d", "36h", "2w" or "" (0). Absent for anything else.
std::optional<double> seconds_of(std::string_view duration);

}  // namespace foreview
