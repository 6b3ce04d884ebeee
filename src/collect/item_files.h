#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "collect/archive.h"
#include "collect/item_extractor.h"

namespace foreview {

/// A file name without extension for an id of unknown origin: letters, digits, "-" and "_" stay, others become "_" and
/// a fingerprint of the id is added, so that ids that differ never share a name. At most 100 characters.
std::string safe_stem(std::string_view id);

/// What goes beside the item's own fields into its .info.json.
struct InfoContext {
  std::string address;                         // of its page
  std::string topic;                           // empty when none
  std::string profile;                         // name of the site profile
  double epoch = 0;                            // when the page was read, Unix seconds
  std::string media_extension;                 // "mp4"; empty without media
  std::vector<Observation> observations = {};  // earlier and present counts; empty or one: nothing is written
};

/// The .info.json of an item: yt-dlp's fields, `epoch`, `topic`, the page's own item as `page_item`, and with two
/// observations or more `observations`, a list of {epoch, view_count, ...}.
nlohmann::json info_json(const PageItem& item, const InfoContext& context);

/// The counts of an item at one time.
nlohmann::json counts_in(const nlohmann::json& fields);

/// The same info without what names a person: ids of the video and its author hashed with `salt`, so that videos of one
/// author still go together; names, addresses and the page's own item left out, @mentions in texts replaced.
nlohmann::json without_personal_fields(nlohmann::json info, const std::string& salt);

/// The id that `id` becomes there.
std::string hashed_id(const std::string& id, const std::string& salt);

}  // namespace foreview
