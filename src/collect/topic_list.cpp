#include "collect/topic_list.h"

#include <fmt/format.h>

#include "collect/toml_reader.h"
#include "collect/web_address.h"
#include "core/files.h"
#include "foreview/error.h"

namespace foreview {
namespace {

bool is_address(const std::string& entry) { return entry.starts_with("https://") || entry.starts_with("http://"); }

std::string with_tag(std::string page, const std::string& tag) {
  constexpr std::string_view mark = "{tag}";
  for (size_t at = page.find(mark); at != page.npos; at = page.find(mark, at)) {
    const std::string escaped = percent_encoded(tag);
    page.replace(at, mark.size(), escaped);
    at += escaped.size();
  }
  return page;
}

}  // namespace

std::vector<Topic> read_topics(const std::filesystem::path& file, const SiteProfile& profile) {
  const toml::table parsed = parse_toml(read_file(file, size_t{1} << 20), file);
  TomlTable root(parsed, "", file);
  TomlTable table = root.table("topics");
  root.refuse_unknown();
  std::vector<Topic> topics;
  for (const std::string& name : table.keys()) {
    Topic topic{.name = name, .start_pages = {}};
    for (const std::string& entry : table.texts(name)) {
      if (is_address(entry)) {
        if (!host_matches(WebAddress::parse(entry).host, profile.hosts))
          table.fail(name, fmt::format("start pages on a host of the profile {}", profile.name));
        topic.start_pages.push_back(entry);
        continue;
      }
      if (profile.start_pages.empty())
        table.fail(name, fmt::format("whole https:// addresses: the profile {} makes none from tags", profile.name));
      for (const std::string& page : profile.start_pages) topic.start_pages.push_back(with_tag(page, entry));
    }
    if (topic.start_pages.empty()) table.fail(name, "a list of tags or start pages");
    topics.push_back(std::move(topic));
  }
  if (topics.empty()) root.fail("topics", "a table [topics] of name = [\"tag\", ...]");
  return topics;
}

}  // namespace foreview
