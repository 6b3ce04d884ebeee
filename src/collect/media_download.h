#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "collect/politeness.h"
#include "collect/robots_cache.h"
#include "collect/site_profile.h"
#include "collect/web_client.h"
#include "collect/webdriver.h"

namespace foreview {

struct DownloadOptions {
  std::string user_agent, referer;
  std::vector<Cookie> cookies;  // of the browser's session; each goes to its own domain only
  uint64_t room_bytes = 0;      // what the disk limit still allows
};

enum class DownloadOutcome {
  complete,
  refused,  // for good: too large, no video, a foreign host or private address
  failed,   // may work another time; what has come is kept
  no_room,  // larger than room_bytes
};

struct Download {
  DownloadOutcome outcome = DownloadOutcome::failed;
  std::string reason;  // empty when complete
};

/// Fetches one media file into a part file: with the session's cookies, continued by range after a cut (also by a later
/// run, when the server names a version of the file), at most to the profile's length, from the profile's hosts.
class MediaDownload {
 public:
  MediaDownload(WebClient& client, Politeness& politeness, RobotsCache& robots, const MediaRules& rules)
      : client_(client), politeness_(politeness), robots_(robots), rules_(rules) {}

  /// Throws CollectionEnd, Error when the part file cannot be written, Error{interrupted}.
  Download fetch(const std::string& address, const std::filesystem::path& part, const DownloadOptions& options);

 private:
  std::optional<Download> objection_to(const WebAddress& address);

  WebClient& client_;
  Politeness& politeness_;
  RobotsCache& robots_;
  const MediaRules& rules_;
};

/// Removes a part file and what is kept beside it.
void remove_part(const std::filesystem::path& part);

/// The Cookie header for an address; empty when none of the cookies belongs to it.
std::string cookie_header(const std::vector<Cookie>& cookies, const WebAddress& address);

}  // namespace foreview
