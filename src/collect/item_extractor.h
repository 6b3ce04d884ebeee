#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "collect/html_scan.h"
#include "collect/site_profile.h"

namespace foreview {

/// What an item page says of its video.
struct PageItem {
  std::string id;
  nlohmann::json page_item;        // as the page holds it
  nlohmann::json fields;           // the same under yt-dlp's names, flat
  std::vector<std::string> media;  // addresses of the media, the preferred first
  std::string place;               // where it was found, for messages
};

/// The page that was opened.
struct ItemPage {
  std::string address;
  std::string id;  // of the video that was asked for; empty when not known
  std::string_view html;
};

/// Finds the item in a page as the profile says. Throws Error "expected ... at ..., found ..." when it is not there, is
/// no item, or is that of another video.
PageItem extract_item(const ItemPage& page, const SiteProfile& profile);

/// What a wall's script holds at its path, when that is one of the wall's values; else empty.
std::string walled_value(std::string_view html, const Wall& wall);

}  // namespace foreview
