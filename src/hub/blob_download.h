#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "hub/hub_listing.h"

namespace foreview {

/// Hexadecimal digest of a file as the hub names it: SHA-256 (64 digits), or git's SHA-1 of a blob (40 digits).
std::string blob_digest(const std::filesystem::path& file, size_t digits);

/// Loads `file` from `url` to `blobs`/DIGEST unless it is there. What came is kept in DIGEST.incomplete and continued
/// by the next call; bytes of another size or checksum are deleted. `advanced` hears of each piece's bytes. Throws
/// Error for what the server does wrong, and when the user asks to stop.
void download_blob(const HubSettings& settings, const std::string& url, const HubFile& file,
                   const std::filesystem::path& blobs, const std::function<void(size_t)>& advanced);

}  // namespace foreview
