#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dataset/fields.h"
#include "dataset/problem_list.h"
#include "dataset/record.h"

// Internal to this folder: one JSON object of a metadata file, whatever the file's form.
namespace foreview {

/// What one object said, before its video is looked for.
struct MetadataRow {
  Record record;
  std::string place;       // "labels.jsonl:12", for messages
  std::string named_file;  // as written; empty when the row names none
  std::string media_stem;  // the media's name without extension, where it is not the id; empty when not known
};

/// Rows of one metadata file.
struct MetadataRows {
  std::vector<MetadataRow> rows;
  bool recognised = false;  // whether the file describes videos at all
};

/// Whether an object has what makes it a description of a video: a video file, or an id with a count.
bool describes_video(const nlohmann::json& object, const FieldNames& names);

/// Reads one row and appends it. Adds a problem for a row that is no object or has no id, and for each count that is no
/// number. `element` is for messages inside a JSON array ("element 3"), else empty.
void read_row(const nlohmann::json& json, const std::filesystem::path& source, const std::string& place,
              const std::string& element, const FieldNames& names, MetadataRows& rows, ProblemList& problems);

}  // namespace foreview
