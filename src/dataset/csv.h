#pragma once

#include <filesystem>
#include <string_view>

#include "dataset/metadata_row.h"

// Internal to this folder: tables with a header line (RFC 4180: quotes, doubled quotes, line ends inside quotes).
namespace foreview {

/// One record a row. The separator (comma, semicolon or tab) is the one the header has most of. Rows with another
/// number of columns than the header are told and left out. A table without a count or a `file` describes no videos.
MetadataRows read_csv(std::string_view text, const std::filesystem::path& source, const FieldNames& names,
                      ProblemList& problems);

}  // namespace foreview
