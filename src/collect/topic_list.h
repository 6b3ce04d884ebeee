#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "collect/site_profile.h"

namespace foreview {

/// One topic and the pages on which its videos are found.
struct Topic {
  std::string name;
  std::vector<std::string> start_pages;
};

/// A TOML file with a table [topics] of name = ["tag", "https://a.whole/start/page"], made into start pages by the
/// profile. Sorted by name. Throws Error{usage} when it is written otherwise or a start page is on a foreign host.
std::vector<Topic> read_topics(const std::filesystem::path& file, const SiteProfile& profile);

}  // namespace foreview
