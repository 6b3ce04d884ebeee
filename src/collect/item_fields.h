#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "collect/site_profile.h"

// Internal to this folder: a page's item under yt-dlp's names.
namespace foreview {

/// Flat fields of an item; absent when it is none of the place's form. Numbers written as text become numbers where the
/// field is one, durations like "PT1M3S" seconds, times Unix seconds.
std::optional<nlohmann::json> item_fields(const nlohmann::json& item, const ItemPlace& place,
                                          const SiteProfile& profile);

/// Whole addresses of the item's media in the profile's order; `page` is what relative ones are relative to.
std::vector<std::string> media_addresses(const nlohmann::json& item, const SiteProfile& profile,
                                         const std::string& page);

/// Seconds of an ISO 8601 duration of hours, minutes and seconds ("PT1M3.5S"), with days; absent for other text.
std::optional<double> seconds_of_iso_duration(std::string_view text);

}  // namespace foreview
