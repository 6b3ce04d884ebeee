#include "dataset/fields.h"

#include <array>
#include <set>

#include "core/text.h"
#include "dataset/record.h"
#include "foreview/error.h"

namespace foreview {
namespace {

// yt-dlp's names, and those that common scrapers use for the same things.
const std::set<std::string, std::less<>>& counts_after_posting() {
  static const std::set<std::string, std::less<>> names = {"view_count",      "views",
                                                           "play_count",      "plays",
                                                           "playCount",       "concurrent_view_count",
                                                           "like_count",      "likes",
                                                           "digg_count",      "diggCount",
                                                           "likeCount",       "dislike_count",
                                                           "comment_count",   "comments",
                                                           "commentCount",    "reposts",
                                                           "share_count",     "shares",
                                                           "shareCount",      "save_count",
                                                           "saves",           "collect_count",
                                                           "collectCount",    "bookmark_count",
                                                           "favorite_count",  "favourite_count",
                                                           "favorites_count", "favourites_count",
                                                           "repost_count",    "download_count"};
  return names;
}

std::string usual_name(std::string_view name) {
  struct Alias {
    std::string_view name, canonical;
  };
  constexpr std::array aliases = {Alias{"views", "view_count"},
                                  Alias{"play_count", "view_count"},
                                  Alias{"playCount", "view_count"},
                                  Alias{"plays", "view_count"},
                                  Alias{"likes", "like_count"},
                                  Alias{"likeCount", "like_count"},
                                  Alias{"digg_count", "like_count"},
                                  Alias{"diggCount", "like_count"},
                                  Alias{"commentCount", "comment_count"},
                                  Alias{"shareCount", "repost_count"},
                                  Alias{"share_count", "repost_count"},
                                  Alias{"shares", "repost_count"},
                                  Alias{"collectCount", "save_count"},
                                  Alias{"collect_count", "save_count"},
                                  Alias{"favorites_count", "save_count"},
                                  Alias{"favourites_count", "save_count"},
                                  Alias{"url", "webpage_url"},
                                  Alias{"correctedUrl", "webpage_url"},
                                  Alias{"webVideoUrl", "webpage_url"},
                                  Alias{"share_url", "webpage_url"},
                                  Alias{"caption", "description"},
                                  Alias{"desc", "description"},
                                  Alias{"video_description", "description"},
                                  Alias{"author", "uploader_id"},
                                  Alias{"username", "uploader_id"},
                                  Alias{"createTime", "timestamp"},
                                  Alias{"create_time", "timestamp"},
                                  Alias{"createTimeISO", "timestamp"},
                                  Alias{"downloadTime", "epoch"},
                                  Alias{"download_time", "epoch"},
                                  Alias{"scraped_at", "epoch"},
                                  Alias{"collected_at", "epoch"},
                                  Alias{"fetched_at", "epoch"},
                                  Alias{"crawl_time", "epoch"},
                                  Alias{"category", "topic"},
                                  Alias{"video_duration", "duration"},
                                  Alias{"region_code", "location"},
                                  Alias{"follower_count", "channel_follower_count"},
                                  Alias{"followers", "channel_follower_count"}};
  for (const Alias& alias : aliases)
    if (alias.name == name) return std::string(alias.canonical);
  return std::string(name);
}

}  // namespace

FieldNames::FieldNames(std::string_view map) {
  if (map.empty()) return;
  for (const std::string& pair : split_text(map, ',')) {
    const size_t equals = pair.find('=');
    if (equals == pair.npos || equals == 0 || equals + 1 == pair.size())
      throw Error({.problem = "the map of field names cannot be read",
                   .expected = "FIELD=NAME_IN_THE_DATA, e.g. view_count=plays",
                   .got = "\"" + pair + "\"",
                   .advice = "write --map view_count=plays, once for each field"},
                  ErrorKind::usage);
    const std::string field = pair.substr(0, equals), source = pair.substr(equals + 1);
    field_of_[source] = field;
    source_of_[field] = source;
  }
}

std::string FieldNames::canonical(std::string_view name) const {
  const auto given = field_of_.find(name);
  return given == field_of_.end() ? usual_name(name) : given->second;
}

std::string FieldNames::source_of(const std::string& field) const {
  const auto given = source_of_.find(field);
  return given == source_of_.end() ? std::string() : given->second;
}

bool is_text_field(std::string_view name) {
  static const std::set<std::string, std::less<>> names = {
      "webpage_url", "description", "title",       "uploader_id", "uploader",      "uploader_url",
      "channel",     "channel_id",  "channel_url", "upload_date", "platform",      "language",
      "location",    "track",       "artist",      "album",       "voice_to_text", "topic"};
  return names.contains(name);
}

bool is_count_field(std::string_view name) {
  static const std::set<std::string, std::less<>> before_posting = {"channel_follower_count", "channel_following_count",
                                                                    "channel_like_count",     "channel_video_count",
                                                                    "channel_digg_count",     "channel_friend_count"};
  return counts_after_posting().contains(name) || before_posting.contains(name);
}

bool is_known_only_after_posting(const std::string& field) {
  static const std::set<std::string, std::less<>> others = {"average_rating", "popularity", "engagement_rate", "epoch"};
  return counts_after_posting().contains(field) || others.contains(field);
}

}  // namespace foreview
