#pragma once

#include <string>

#include "core/flat_rows.h"
#include "dataset/catalog.h"

namespace foreview {

/// What became of a video: "train", "validation", "test", "skipped" (its media could not be used; its text still may
/// be) or "unlabelled".
std::string status_of(const Video& video);

/// One row a video: id, status, reason of a skip, label with its interval, media file, metadata file. `status`: only
/// those; empty for all. Throws Error{usage} for a status that does not exist.
FlatRows video_rows(const std::vector<Video>& videos, const std::string& status);

/// The same with every field of the record behind it; a rounded number has its interval as NAME_low and NAME_high.
FlatRows record_rows(const std::vector<Video>& videos);

}  // namespace foreview
