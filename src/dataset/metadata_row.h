#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
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
  std::string place;             // "labels.jsonl:12", for messages
  std::string named_file;        // as written; empty when the row names none
  std::string media_stem;        // the media's name without extension, where it is not the id; empty when not known
  bool describes_video = false;  // whether the object has what makes it a description of a video
};

/// Takes the rows of one metadata file as they are read. They are held back until one of them describes a video: a log
/// or a transcript has rows, too.
class RowSink {
 public:
  using Take = std::function<void(MetadataRow&&)>;
  explicit RowSink(Take take) : take_(std::move(take)) {}

  void add(MetadataRow row);
  /// The file describes videos: rows are taken from now on.
  void recognise();
  bool is_recognised() const { return recognised_; }
  /// So many rows and no video: the file is something else.
  bool is_hopeless() const { return held_.size() >= 1000; }

 private:
  Take take_;
  std::vector<MetadataRow> held_;
  bool recognised_ = false;
};

/// Whether an object has what makes it a description of a video: a video file, or an id with a count.
bool describes_video(const nlohmann::json& object, const FieldNames& names);

/// Reads one row. Absent, with a problem, when it is no object or has no id; adds a problem for each count that is no
/// number. `element` is for messages inside a JSON array ("element 3"), else empty.
std::optional<MetadataRow> read_row(const nlohmann::json& json, const std::filesystem::path& source,
                                    const std::string& place, const std::string& element, const FieldNames& names,
                                    ProblemList& problems);

/// Fills the fields of `record` from one object; its id must be known. Adds a problem for each count that is no number.
void read_fields(const nlohmann::json& object, const std::string& place, const FieldNames& names, Record& record,
                 ProblemList& problems);

}  // namespace foreview
