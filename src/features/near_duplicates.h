#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "media/track_signature.h"

namespace foreview {

/// One content with what is known of it.
struct SignedContent {
  std::string content_hash;
  std::optional<double> posted_unix;  ///< of its earliest copy
  TrackSignature signature;
};

/// Contents that show or sound the same (see same_pictures, same_sound), also by way of others, are one group. Returns,
/// for each content of a group of two or more, the group's name: the content hash of the one posted first (of those
/// without a time, the smallest hash), so that a copy posted later does not move the others to another split.
std::map<std::string, std::string> near_duplicates(const std::vector<SignedContent>& contents);

}  // namespace foreview
