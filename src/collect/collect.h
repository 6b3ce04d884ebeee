#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "collect/browser_process.h"
#include "collect/politeness.h"

namespace foreview {

struct CollectOptions {
  std::filesystem::path topics;    // TOML file; or
  std::filesystem::path urls;      // a text file with one address a line
  std::filesystem::path out;       // the data folder
  std::string profile = "tiktok";  // a built-in site profile or a TOML file
  size_t per_topic = 400;          // videos wanted of each topic
  bool media = true;               // else only .info.json
  bool refresh = false;            // visit known videos again for their counts, and nothing else
  bool personal_fields = true;     // else left out, ids hashed
  bool obey_robots = true;
  bool dry_run = false;     // print what would be visited, ask for nothing
  bool progress = false;    // print where the collection stands, ask for nothing; also while another run is at it
  uint64_t seed = 1;        // of the choice within a topic
  uint64_t disk_limit = 0;  // bytes of all media in `out`; 0 is no limit
  std::string contact;      // an address for the site's owners, told in the user agent
  int sessions = 1;         // browsers at work at the same time; requests to one host still follow each other
  PolitenessOptions politeness;
  BrowserOptions browser;
};

/// Collects videos and what their pages say of them into a folder that `ingest` reads as it is. Goes on where an
/// earlier run stopped. Throws Error when nothing can be collected, or the site's pages are no longer those of the
/// profile.
void collect(const CollectOptions& options);

}  // namespace foreview
