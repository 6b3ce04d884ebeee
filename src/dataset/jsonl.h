#pragma once

#include <filesystem>

#include "dataset/metadata_row.h"

// Internal to this folder: JSON Lines, one object a video with its file in `file` (relative to the metadata file).
namespace foreview {

/// Reads what it can, line by line; lines that are no JSON, name a field twice or are longer than 16 MB become
/// problems. Throws Error when the file cannot be read.
void read_jsonl(const std::filesystem::path& source, const FieldNames& names, RowSink& rows, ProblemList& problems);

/// Whether a file is JSON Lines and not one JSON document: its first line is an object, and more lines follow.
bool looks_like_jsonl(const std::filesystem::path& source);

/// Calls `use(line's object, place)` for each line that is JSON and adds a problem for each that is not, until `use`
/// returns false. Throws Error when the file cannot be read.
void for_each_line(const std::filesystem::path& source, ProblemList& problems,
                   const std::function<bool(const nlohmann::json&, const std::string&)>& use);

}  // namespace foreview
