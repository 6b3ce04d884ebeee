#pragma once

#include <nlohmann/json.hpp>
#include <optional>

// For this folder and the collector: videos as TikTok's pages, its Research API and scrapers of them write them.
namespace foreview {

/// The same facts in one flat object under yt-dlp's names, when `item` is such a video: a page's item (`stats`,
/// `author`, `video`), one inside `itemStruct`, or the old scraper's (`authorMeta`, `videoMeta`). Absent for others.
std::optional<nlohmann::json> flat_tiktok_item(const nlohmann::json& item);

}  // namespace foreview
