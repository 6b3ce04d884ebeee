#include "collect/item_extractor.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "collect/item_fields.h"
#include "collect/json_path.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

using nlohmann::json;

constexpr size_t most_names = 12;  // in a message

std::string names_of(std::vector<std::string> names) {
  if (names.empty()) return "nothing";
  const size_t more = names.size() > most_names ? names.size() - most_names : 0;
  names.resize(names.size() - more);
  return join(names, ", ") + (more ? fmt::format(" and {} more", more) : "");
}

std::string description_of(const json& value) {
  if (!value.is_object()) return fmt::format("{} {}", value.type_name(), dump_json(value).substr(0, 60));
  std::vector<std::string> names;
  for (const auto& [name, inner] : value.items()) names.push_back(name);
  return "an object with " + names_of(std::move(names));
}

std::string attribute(const HtmlScript& script, const std::string& name) {
  const auto found = script.attributes.find(name);
  return found == script.attributes.end() ? std::string() : found->second;
}

std::string with_id(std::string path, const std::string& id) {
  constexpr std::string_view mark = "{id}";
  if (const size_t at = path.find(mark); at != path.npos) path.replace(at, mark.size(), id.empty() ? "*" : id);
  return path;
}

/// Where the way to an item ends, for the message: the last value on it and its path.
std::string end_of_path(const json& root, const std::string& path) {
  std::string reached;
  const json* last = &root;
  for (size_t at = 0; at < path.size();) {
    const size_t end = std::min(path.find('/', at + 1), path.size());
    const auto values = values_at(root, path.substr(0, end));
    if (values.empty()) break;
    last = values.front();
    reached = path.substr(0, end);
    at = end;
  }
  return fmt::format("{} at {}", description_of(*last), reached.empty() ? "its top" : reached);
}

/// Tries the profile's places one after the other and remembers what each held.
class ItemSearch {
 public:
  ItemSearch(const ItemPage& page, const SiteProfile& profile) : page_(page), profile_(profile), scan_(page.html) {}

  PageItem run() {
    for (const ItemPlace& place : profile_.items)
      if (auto item = place.meta.empty() ? in_scripts(place) : in_metas(place)) return std::move(*item);
    throw Error({.file = page_.address,
                 .problem = join(misses_, "; "),
                 .advice = fmt::format("if the site has changed, correct a copy of the profile {}", profile_.name)});
  }

 private:
  std::nullopt_t miss(const std::string& expected, const std::string& found) {
    misses_.push_back(fmt::format("expected {}, found {}", expected, found));
    return std::nullopt;
  }

  std::optional<PageItem> in_scripts(const ItemPlace& place) {
    std::vector<std::string> others;
    bool seen = false;
    for (const HtmlScript& script : scan_.scripts()) {
      const std::string id = attribute(script, "id"), type = attribute(script, "type");
      const bool is_it = place.script.empty() ? type == place.script_type : id == place.script;
      if (!is_it) {
        if (!id.empty() || type.find("json") != type.npos) others.push_back(id.empty() ? type : id);
        continue;
      }
      seen = true;
      if (auto item = in_script(place, script)) return item;
    }
    if (seen) return std::nullopt;
    std::sort(others.begin(), others.end());
    others.erase(std::unique(others.begin(), others.end()), others.end());
    return miss("the item at " + place.name(), others.empty() ? "no script with data" : "scripts " + names_of(others));
  }

  std::optional<PageItem> in_script(const ItemPlace& place, const HtmlScript& script) {
    json root;
    try {
      root = parse_json(script.text, page_.address);
    } catch (const Error& error) {
      return miss("JSON at " + place.name(), error.parts().problem);
    }
    const json* from = place.object.empty() ? &root : find_typed_object(root, place.object);
    if (!from) return miss("the item at " + place.name(), description_of(root));
    ItemPlace here = place;
    here.path = with_id(place.path, page_.id);
    const auto values = values_at(*from, here.path);
    const json* found = values.empty() ? nullptr : values.front();
    if (!found) return miss("the item at " + here.name(), end_of_path(*from, here.path));
    return made(here, *found);
  }

  std::optional<PageItem> in_metas(const ItemPlace& place) {
    json item = json::object();
    for (const HtmlMeta& meta : scan_.metas()) {
      const bool named = meta.name.starts_with(place.meta);
      const std::string name = named ? meta.name.substr(place.meta.size()) : meta.name;
      if (named && !item.contains(name)) item[name] = clean_utf8(meta.content);
    }
    const auto has = [&](const std::string& name) { return item.contains(name); };
    if (item.empty()) return miss("the item at " + place.name(), "no such meta tag");
    if (!place.needs.empty() && std::none_of(place.needs.begin(), place.needs.end(), has))
      return miss(fmt::format("one of {} at {}", join(place.needs, ", "), place.name()), description_of(item));
    return made(place, item);
  }

  std::optional<PageItem> made(const ItemPlace& place, const json& item) {
    auto fields = item_fields(item, place, profile_);
    if (!fields) return miss("an item with id and stats at " + place.name(), description_of(item));
    PageItem result{
        .id = fields->value("id", page_.id), .page_item = item, .fields = {}, .media = {}, .place = place.name()};
    if (!page_.id.empty() && result.id != page_.id)
      return miss(fmt::format("the item of video {} at {}", page_.id, place.name()), "that of video " + result.id);
    if (result.id.empty()) result.id = fingerprint(page_.address);
    (*fields)["id"] = result.id;
    result.fields = std::move(*fields);
    result.media = media_addresses(item, profile_, page_.address);
    return result;
  }

  const ItemPage& page_;
  const SiteProfile& profile_;
  HtmlScan scan_;
  std::vector<std::string> misses_;
};

}  // namespace

PageItem extract_item(const ItemPage& page, const SiteProfile& profile) { return ItemSearch(page, profile).run(); }

std::string walled_value(std::string_view html, const Wall& wall) {
  if (wall.script.empty()) return {};
  const HtmlScan scan(html);
  for (const HtmlScript& script : scan.scripts()) {
    if (attribute(script, "id") != wall.script) continue;
    try {
      const json root = parse_json(script.text, {});
      for (const json* value : values_at(root, wall.path)) {
        const std::string text = value->is_string() ? value->get<std::string>() : dump_json(*value);
        if (std::find(wall.values.begin(), wall.values.end(), text) != wall.values.end()) return text;
      }
    } catch (const Error&) {  // extract_item says what is wrong with it
    }
  }
  return {};
}

}  // namespace foreview
