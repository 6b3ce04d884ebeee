#pragma once

#include <filesystem>
#include <functional>

#include "dataset/metadata_row.h"

// Internal to this folder: tables with a header line (RFC 4180: quotes, doubled quotes, line ends inside quotes).
namespace foreview {

/// One record a row. The separator (comma, semicolon or tab) is the one the header has most of. Rows with another
/// number of columns than the header are told and left out. A table without a count or a `file` describes no videos.
void read_csv(const std::filesystem::path& source, const FieldNames& names, RowSink& rows, ProblemList& problems);

/// Calls `use(row as an object of texts, place)` for each row that has as many columns as the header, and before all
/// with the header's names as values and an empty place, until it returns false. Rows of other lengths and quotes that
/// are never closed are problems. Throws Error when the file cannot be read.
void for_each_table_row(const std::filesystem::path& source, ProblemList& problems,
                        const std::function<bool(const nlohmann::json&, const std::string&)>& use);

}  // namespace foreview
