#include "collect/item_files.h"

#include <cctype>
#include <cmath>
#include <regex>

#include "core/hash.h"
#include "core/json.h"
#include "core/text.h"
#include "dataset/record.h"

namespace foreview {
namespace {

using nlohmann::json;

constexpr size_t longest_stem = 100;  // characters; file systems allow 255 with the extension

bool is_plain(unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; }

std::string without_mentions(const std::string& text) {
  static const std::regex mention("@[A-Za-z0-9_.]+");
  return std::regex_replace(text, mention, "@someone");
}

}  // namespace

std::string safe_stem(std::string_view id) {
  std::string stem;
  for (const char c : id.substr(0, longest_stem)) stem += is_plain(static_cast<unsigned char>(c)) ? c : '_';
  // A name that begins with "-" would be taken for an option by other programs.
  const bool unchanged = stem == id && !stem.empty() && stem.front() != '-';
  if (unchanged) return stem;
  if (!stem.empty() && stem.front() == '-') stem.front() = '_';
  const std::string mark = "-" + fingerprint(std::string(id));
  return stem.substr(0, longest_stem - mark.size()) + mark;
}

json counts_in(const json& fields) {
  json counts = json::object();
  for (const auto& [field, value] : fields.items())
    if (field.ends_with("_count") && (value.is_number() || value.is_string())) counts[field] = value;
  return counts;
}

json info_json(const PageItem& item, const InfoContext& context) {
  json info = item.fields;
  info["_type"] = "video";
  info["id"] = item.id;
  info["webpage_url"] = context.address;
  info["extractor"] = context.profile;
  info["epoch"] = std::llround(context.epoch);
  if (!context.topic.empty()) info["topic"] = context.topic;
  if (!context.media_extension.empty()) info["ext"] = context.media_extension;
  info["page_item"] = item.page_item;
  if (context.observations.size() > 1) {
    json list = json::array();
    for (const Observation& observation : context.observations) {
      json entry = parse_json(observation.fields, {});
      entry["epoch"] = std::llround(observation.epoch);
      list.push_back(std::move(entry));
    }
    info["observations"] = std::move(list);
  }
  return info;
}

std::string hashed_id(const std::string& id, const std::string& salt) { return sha256_hex(salt + id).substr(0, 24); }

json without_personal_fields(json info, const std::string& salt) {
  for (const char* name : {"page_item", "webpage_url", "uploader", "uploader_url", "channel", "channel_url",
                           "channel_id", "artist", "creator", "creators"})
    info.erase(name);
  for (const char* name : {"id", "uploader_id"})
    if (const auto id = info.find(name); id != info.end() && id->is_string())
      *id = hashed_id(id->get<std::string>(), salt);
  for (const char* name : {"description", "title", "track"})
    if (const auto text = info.find(name); text != info.end() && text->is_string())
      *text = without_mentions(text->get<std::string>());
  return info;
}

}  // namespace foreview
