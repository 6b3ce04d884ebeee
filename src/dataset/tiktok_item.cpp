#include "dataset/tiktok_item.h"

#include <array>

namespace foreview {
namespace {

using nlohmann::json;

struct Place {
  const char* field;
  const char* pointer;
};

// Where a fact may stand, the better source first: statsV2 has exact counts where stats has rounded ones.
constexpr std::array places = {
    Place{"view_count", "/statsV2/playCount"},
    Place{"view_count", "/stats/playCount"},
    Place{"view_count", "/playCount"},
    Place{"like_count", "/statsV2/diggCount"},
    Place{"like_count", "/stats/diggCount"},
    Place{"like_count", "/diggCount"},
    Place{"comment_count", "/statsV2/commentCount"},
    Place{"comment_count", "/stats/commentCount"},
    Place{"comment_count", "/commentCount"},
    Place{"repost_count", "/statsV2/shareCount"},
    Place{"repost_count", "/stats/shareCount"},
    Place{"repost_count", "/shareCount"},
    Place{"save_count", "/statsV2/collectCount"},
    Place{"save_count", "/stats/collectCount"},
    Place{"description", "/desc"},
    Place{"description", "/text"},
    Place{"timestamp", "/createTime"},
    Place{"uploader_id", "/author/uniqueId"},
    Place{"uploader_id", "/authorMeta/name"},
    Place{"uploader_id", "/author"},
    Place{"duration", "/video/duration"},
    Place{"duration", "/videoMeta/duration"},
    Place{"width", "/video/width"},
    Place{"width", "/videoMeta/width"},
    Place{"height", "/video/height"},
    Place{"height", "/videoMeta/height"},
    Place{"track", "/music/title"},
    Place{"track", "/musicMeta/musicName"},
    Place{"artist", "/music/authorName"},
    Place{"artist", "/musicMeta/musicAuthor"},
    Place{"webpage_url", "/webVideoUrl"},
    Place{"location", "/locationCreated"},
    Place{"channel_follower_count", "/authorStats/followerCount"},
    Place{"channel_following_count", "/authorStats/followingCount"},
    Place{"channel_like_count", "/authorStats/heartCount"},
    Place{"channel_video_count", "/authorStats/videoCount"},
    Place{"channel_follower_count", "/authorMeta/fans"},
    Place{"channel_following_count", "/authorMeta/following"},
    Place{"channel_like_count", "/authorMeta/heart"},
    Place{"channel_video_count", "/authorMeta/video"},
};

bool has_object(const json& item, const char* name) {
  const auto found = item.find(name);
  return found != item.end() && found->is_object();
}

}  // namespace

std::optional<json> flat_tiktok_item(const json& item) {
  if (!item.is_object()) return std::nullopt;
  if (has_object(item, "itemStruct")) return flat_tiktok_item(item["itemStruct"]);
  const bool is_item = has_object(item, "stats") || has_object(item, "statsV2") || has_object(item, "authorMeta");
  if (!is_item || !item.contains("id")) return std::nullopt;
  json flat{{"id", item["id"]}};
  for (const Place& place : places) {
    const json::json_pointer pointer(place.pointer);
    if (flat.contains(place.field) || !item.contains(pointer)) continue;
    const json& value = item[pointer];
    if (value.is_string() || value.is_number()) flat[place.field] = value;
  }
  return flat;
}

}  // namespace foreview
