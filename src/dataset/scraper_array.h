#pragma once

#include "dataset/metadata_row.h"

// Internal to this folder: the original scraper's form, [{"id": "...", "url": "...", "views": "21.1M"}, ...].
namespace foreview {

/// Reads the array; other JSON is not recognised and leaves no problem.
MetadataRows read_scraper_array(const nlohmann::json& root, const std::filesystem::path& source, ProblemList& problems);

}  // namespace foreview
