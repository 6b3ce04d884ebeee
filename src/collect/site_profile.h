#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace foreview {

/// Where a page keeps its item: in a script by `script` (its id) or `script_type`, or in meta tags by their prefix.
struct ItemPlace {
  std::string script, script_type, meta;
  std::string path;                // JSON pointer to the item; "{id}" stands for the video's id
  std::string object;              // of JSON-LD: the @type of the object to look for at any depth
  std::vector<std::string> needs;  // names of which one must be there
  bool is_tiktok_item = false;     // the item's usual fields are known; else only those of SiteProfile::fields

  /// As in "script __NEXT_DATA__ at /props/item"; for messages.
  std::string name() const;
};

/// How to see that a page is not what was asked for: by its address, an element that shows, its text, or a value in a
/// script. Empty ones are not looked at; one hit is enough.
struct Wall {
  std::string kind;  // "log-in", "captcha" or "removed"
  std::string address, selector, text;
  std::string script, path;
  std::vector<std::string> values;
};

struct MediaRules {
  std::vector<std::string> address;      // paths in the item, the first that leads to an address counts
  std::vector<std::string> hosts;        // "*.example.org", "*" is any
  std::vector<std::string> types;        // of the answer: "video/*"
  uint64_t most_bytes = 500'000'000;     // larger files are refused
  bool allow_private_addresses = false;  // loopback, private networks, link-local; for tests
};

/// All that is known of one site; the code itself knows none.
struct SiteProfile {
  std::string name;
  std::vector<std::string> hosts;        // whose pages may be opened; "*" is any
  std::vector<std::string> start_pages;  // "{tag}" stands for a tag of the topic
  int most_scrolls = 100;
  double scroll_pause = 2;  // seconds
  int scroll_patience = 4;  // scrolls without a new link that end a start page
  std::string link_selector, link_pattern;
  std::vector<ItemPlace> items;
  std::map<std::string, std::vector<std::string>> fields;  // yt-dlp's name -> paths, see json_path.h
  MediaRules media;
  std::vector<Wall> walls;
};

/// "tiktok", "generic", or a TOML file. Throws Error that names what is missing or wrong in it.
SiteProfile load_site_profile(const std::string& name_or_file);
SiteProfile parse_site_profile(std::string_view toml, const std::filesystem::path& file);
std::vector<std::string> built_in_profiles();

/// Whether `host` is one of `patterns`: equal, "*.example.org" for any name below, "*" for any.
bool host_matches(std::string_view host, const std::vector<std::string>& patterns);

}  // namespace foreview
