#include "dataset/fields.h"

#include <array>
#include <set>

#include "dataset/record.h"

namespace foreview {
namespace {

// yt-dlp's names, and those that common scrapers use for the same things.
const std::set<std::string, std::less<>>& counts_after_posting() {
  static const std::set<std::string, std::less<>> names = {
      "view_count",     "views",          "play_count",      "plays",         "playCount",     "concurrent_view_count",
      "like_count",     "likes",          "digg_count",      "diggCount",     "likeCount",     "dislike_count",
      "comment_count",  "comments",       "commentCount",    "repost_count",  "reposts",       "share_count",
      "shares",         "shareCount",     "save_count",      "saves",         "collect_count", "collectCount",
      "bookmark_count", "favorite_count", "favourite_count", "download_count"};
  return names;
}

}  // namespace

std::string canonical_field(std::string_view name) {
  struct Alias {
    std::string_view name, canonical;
  };
  constexpr std::array aliases = {Alias{"views", "view_count"}, Alias{"url", "webpage_url"},
                                  Alias{"caption", "description"}, Alias{"desc", "description"},
                                  Alias{"author", "uploader_id"}};
  for (const Alias& alias : aliases)
    if (alias.name == name) return std::string(alias.canonical);
  return std::string(name);
}

bool is_text_field(std::string_view name) {
  static const std::set<std::string, std::less<>> names = {
      "webpage_url", "description", "title",    "uploader_id", "uploader", "uploader_url", "channel", "channel_id",
      "channel_url", "upload_date", "platform", "language",    "location", "track",        "artist",  "album"};
  return names.contains(name);
}

bool is_count_field(std::string_view name) {
  static const std::set<std::string, std::less<>> before_posting = {"channel_follower_count", "channel_following_count",
                                                                    "channel_like_count", "channel_video_count"};
  return counts_after_posting().contains(name) || before_posting.contains(name);
}

bool is_known_only_after_posting(const std::string& field) {
  static const std::set<std::string, std::less<>> others = {"average_rating", "popularity", "engagement_rate", "epoch"};
  return counts_after_posting().contains(field) || others.contains(field);
}

}  // namespace foreview
