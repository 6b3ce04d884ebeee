#pragma once

#include <string_view>

#include "dataset/metadata_row.h"

// Internal to this folder: JSON Lines, one object a video with its file in `file` (relative to the metadata file).
namespace foreview {

/// Reads what it can; lines that are no JSON become problems.
MetadataRows read_jsonl(std::string_view text, const std::filesystem::path& source, const FieldNames& names,
                        ProblemList& problems);

/// Whether a text that is not one JSON document looks like JSON Lines: its first line is an object, more lines follow.
bool looks_like_jsonl(std::string_view text);

}  // namespace foreview
