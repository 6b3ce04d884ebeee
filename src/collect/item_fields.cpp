#include "collect/item_fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "collect/json_path.h"
#include "collect/web_address.h"
#include "core/text.h"
#include "dataset/posting_time.h"
#include "dataset/tiktok_item.h"

namespace foreview {
namespace {

using nlohmann::json;

/// Whole and decimal numbers written as text; anything else ("1.2M") stays for `ingest`, which knows its rounding.
json number_of(const std::string& text) {
  int64_t whole = 0;
  const char* end = text.data() + text.size();
  if (const auto [last, problem] = std::from_chars(text.data(), end, whole); problem == std::errc() && last == end)
    return whole;
  double value = 0;
  if (const auto [last, problem] = std::from_chars(text.data(), end, value);
      problem == std::errc() && last == end && std::isfinite(value))
    return value;
  return text;
}

bool is_number_field(const std::string& field) {
  return field.ends_with("_count") || field == "width" || field == "height" || field == "duration" ||
         field == "timestamp";
}

json value_for(const std::string& field, const json& value) {
  if (!value.is_string()) return value;
  const std::string text = clean_utf8(value.get_ref<const std::string&>());
  if (!is_number_field(field)) return text;
  if (field == "duration")
    if (const auto seconds = seconds_of_iso_duration(text)) return *seconds;
  json number = number_of(text);
  if (field == "timestamp" && number.is_string()) {
    Record record;
    record.texts["timestamp"] = text;
    if (const auto time = posted_unix(record)) return std::llround(*time);
  }
  return number;
}

/// All texts, once each; one text with commas is a list (schema.org's keywords).
json tags_in(const json& item, const std::vector<std::string>& paths) {
  std::vector<std::string> tags;
  const auto add = [&](std::string tag) {
    const size_t first = tag.find_first_not_of(" #");
    tag = first == tag.npos ? "" : tag.substr(first, tag.find_last_not_of(' ') - first + 1);
    if (!tag.empty() && std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(tag);
  };
  for (const std::string& path : paths)
    for (const json* value : values_at(item, path))
      if (value->is_string())
        for (const std::string& tag : split_text(value->get_ref<const std::string&>(), ',')) add(clean_utf8(tag));
  return tags;
}

void add_fields(const json& item, const SiteProfile& profile, json& fields) {
  for (const auto& [field, paths] : profile.fields) {
    if (field == "tags") {
      if (json tags = tags_in(item, paths); !tags.empty()) fields["tags"] = std::move(tags);
      continue;
    }
    for (const std::string& path : paths) {
      if (fields.contains(field)) break;
      for (const json* value : values_at(item, path)) {
        const bool usable = value->is_number() || (value->is_string() && !value->get_ref<const std::string&>().empty());
        if (usable && !fields.contains(field)) fields[field] = value_for(field, *value);
      }
    }
  }
}

std::string whole_address(const std::string& address, const std::string& page) {
  if (address.starts_with("//")) return WebAddress::parse(page).scheme + ":" + address;
  if (address.starts_with('/')) return WebAddress::parse(page).origin() + address;
  return address;
}

}  // namespace

std::optional<json> item_fields(const json& item, const ItemPlace& place, const SiteProfile& profile) {
  if (!item.is_object()) return std::nullopt;
  json fields = json::object();
  if (place.is_tiktok_item) {
    const auto flat = flat_tiktok_item(item);
    if (!flat) return std::nullopt;
    for (const auto& [field, value] : flat->items()) fields[field] = value_for(field, value);
    if (fields["id"].is_number()) fields["id"] = fields["id"].dump();
  }
  add_fields(item, profile, fields);
  if (fields.contains("id") && !fields["id"].is_string()) fields["id"] = fields["id"].dump();
  return fields;
}

std::vector<std::string> media_addresses(const json& item, const SiteProfile& profile, const std::string& page) {
  std::vector<std::string> addresses;
  for (const std::string& path : profile.media.address)
    for (const json* value : values_at(item, path)) {
      if (!value->is_string() || value->get_ref<const std::string&>().empty()) continue;
      const std::string address = whole_address(value->get<std::string>(), page);
      if (std::find(addresses.begin(), addresses.end(), address) == addresses.end()) addresses.push_back(address);
    }
  return addresses;
}

std::optional<double> seconds_of_iso_duration(std::string_view text) {
  if (!text.starts_with('P') || text.size() < 3) return std::nullopt;
  text.remove_prefix(1);
  double seconds = 0;
  bool in_time = false, any = false;
  while (!text.empty()) {
    if (text.front() == 'T') {
      in_time = true;
      text.remove_prefix(1);
      continue;
    }
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end == text.data() + text.size() || !std::isfinite(value) || value < 0)
      return std::nullopt;
    const char unit = *end;
    if (!in_time && unit != 'D') return std::nullopt;
    if (in_time && unit != 'H' && unit != 'M' && unit != 'S') return std::nullopt;
    seconds += value * (unit == 'D' ? 86400 : unit == 'H' ? 3600 : unit == 'M' ? 60 : 1);
    any = true;
    text.remove_prefix(static_cast<size_t>(end - text.data()) + 1);
  }
  return any ? std::optional(seconds) : std::nullopt;
}

}  // namespace foreview
