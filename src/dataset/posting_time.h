#pragma once

#include <optional>

#include "dataset/record.h"

namespace foreview {

/// When a video was posted, seconds since 1970: its `timestamp`, else the start of its `upload_date` (YYYYMMDD, UTC),
/// else what a TikTok id says (19 digits whose upper 32 bits are the time). Values outside 1970 to 2100 (for ids: 2014
/// to 2100) are passed over.
std::optional<double> posted_unix(const Record& record);

}  // namespace foreview
