#include "collect/site_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <regex>

#include "collect/built_in_profiles.h"
#include "collect/toml_reader.h"
#include "core/files.h"
#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

void require_pattern(const TomlTable& table, const std::string& key, const std::string& pattern) {
  try {
    const std::regex compiled(pattern);
  } catch (const std::regex_error&) {
    table.fail(key, "a regular expression (ECMAScript)");
  }
}

ItemPlace read_item_place(TomlTable table) {
  ItemPlace place{.script = table.text("script"),
                  .script_type = table.text("script_type"),
                  .meta = table.text("meta"),
                  .path = table.text("path"),
                  .object = table.text("object"),
                  .needs = table.texts("needs")};
  const std::string form = table.text("form", "fields");
  if (form != "fields" && form != "tiktok_item") table.fail("form", "\"fields\" or \"tiktok_item\"");
  place.is_tiktok_item = form == "tiktok_item";
  if (!place.path.empty() && place.path.front() != '/') table.fail("path", "a path that begins with /");
  const int named = !place.script.empty() + !place.script_type.empty() + !place.meta.empty();
  if (named != 1) table.fail("script", "one of script, script_type and meta");
  table.refuse_unknown();
  return place;
}

Wall read_wall(TomlTable table) {
  Wall wall{.kind = table.text("kind"),
            .address = table.text("address"),
            .selector = table.text("selector"),
            .text = table.text("text"),
            .script = table.text("script"),
            .path = table.text("path"),
            .values = table.texts("value")};
  if (wall.kind != "log-in" && wall.kind != "captcha" && wall.kind != "removed")
    table.fail("kind", "\"log-in\", \"captcha\" or \"removed\"");
  require_pattern(table, "address", wall.address);
  table.refuse_unknown();
  return wall;
}

MediaRules read_media(TomlTable table) {
  MediaRules media{.address = table.texts("address"), .hosts = table.texts("hosts"), .types = table.texts("types")};
  media.most_bytes = static_cast<uint64_t>(table.number("most_bytes", 500e6, 1, 1e12));
  media.allow_private_addresses = table.truth("private_addresses", false);
  table.refuse_unknown();
  return media;
}

void read_scrolling(TomlTable table, SiteProfile& profile) {
  profile.most_scrolls = static_cast<int>(table.number("most", 100, 0, 100000));
  profile.scroll_pause = table.number("pause", 2, 0, 600);
  profile.scroll_patience = static_cast<int>(table.number("patience", 4, 1, 1000));
  table.refuse_unknown();
}

void read_links(TomlTable table, SiteProfile& profile) {
  profile.link_selector = table.text("selector", "a[href]");
  profile.link_pattern = table.text("pattern");
  if (profile.link_pattern.empty()) table.fail("pattern", "a regular expression whose group 1 is the video's id");
  require_pattern(table, "pattern", profile.link_pattern);
  if (std::regex(profile.link_pattern).mark_count() < 1) table.fail("pattern", "a group for the video's id");
  table.refuse_unknown();
}

}  // namespace

std::string ItemPlace::name() const {
  std::string text = !script.empty()        ? "script " + script
                     : !script_type.empty() ? "script of type " + script_type
                                            : "meta tags " + meta + "*";
  if (!object.empty()) text += " with an object of @type " + object;
  if (!path.empty()) text += " at " + path;
  return text;
}

SiteProfile parse_site_profile(std::string_view text, const std::filesystem::path& file) {
  const toml::table parsed = parse_toml(text, file);
  TomlTable root(parsed, "", file);
  SiteProfile profile{.name = root.text("name"), .hosts = root.texts("hosts")};
  if (profile.name.empty()) root.fail("name", "a name");
  if (profile.hosts.empty()) root.fail("hosts", "the hosts whose pages may be opened");
  TomlTable topics = root.table("topics");
  profile.start_pages = topics.texts("start");
  topics.refuse_unknown();
  read_scrolling(root.table("scroll"), profile);
  read_links(root.table("links"), profile);
  for (TomlTable& item : root.tables("item")) profile.items.push_back(read_item_place(item));
  if (profile.items.empty()) root.fail("item", "one table [[item]] or more");
  TomlTable fields = root.table("fields");
  for (const std::string& field : fields.keys()) profile.fields[field] = fields.texts(field);
  profile.media = read_media(root.table("media"));
  for (TomlTable& wall : root.tables("wall")) profile.walls.push_back(read_wall(wall));
  root.refuse_unknown();
  return profile;
}

std::vector<std::string> built_in_profiles() {
  std::vector<std::string> names;
  for (const BuiltInProfile& profile : built_in_profile_texts) names.emplace_back(profile.name);
  return names;
}

SiteProfile load_site_profile(const std::string& name_or_file) {
  for (const BuiltInProfile& profile : built_in_profile_texts)
    if (profile.name == name_or_file) return parse_site_profile(profile.toml, "profile " + name_or_file);
  std::error_code error;
  if (!std::filesystem::exists(name_or_file, error))
    throw Error({.file = name_or_file,
                 .problem = "no such site profile",
                 .expected = join(built_in_profiles(), ", ") + " or a TOML file",
                 .advice = "check the name"},
                ErrorKind::usage);
  return parse_site_profile(read_file(name_or_file, size_t{1} << 20), name_or_file);
}

bool host_matches(std::string_view host, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    if (pattern == "*" || pattern == host) return true;
    return pattern.starts_with("*.") && host.ends_with(pattern.substr(1));
  });
}

}  // namespace foreview
