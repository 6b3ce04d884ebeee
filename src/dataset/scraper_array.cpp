#include "dataset/scraper_array.h"

#include <fmt/format.h>

#include <algorithm>

namespace foreview {

MetadataRows read_scraper_array(const nlohmann::json& root, const std::filesystem::path& source,
                                ProblemList& problems) {
  MetadataRows rows;
  if (!root.is_array() || std::none_of(root.begin(), root.end(), describes_video)) return rows;
  rows.recognised = true;
  for (size_t i = 0; i < root.size(); ++i)
    read_row(root[i], source, shown(source), fmt::format("element {}", i + 1), rows, problems);
  return rows;
}

}  // namespace foreview
