#pragma once

#include <filesystem>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "dataset/fields.h"
#include "dataset/problem_list.h"
#include "dataset/record.h"

// Internal to this folder: a second table that says more of records known from elsewhere.
namespace foreview {

/// "authors.csv:uploader_id": the rows of authors.csv, each for all records of its author.
struct JoinSpec {
  std::filesystem::path file;  // absolute
  std::string key;             // the column of the file whose value names the record
  std::string field;           // the record's field that has the same value; "id" for its id

  /// Reads "FILE:KEY" or "FILE:KEY=FIELD"; FILE is looked for in `folder`. Without FIELD the key's own usual name is
  /// meant (video_id is id). Throws Error{usage} when it is written otherwise or the file does not exist.
  static JoinSpec parse(const std::string& text, const std::filesystem::path& folder, const FieldNames& names);
};

/// The file's rows by their key, in memory.
class JoinTable {
 public:
  /// Reads a .csv, .tsv or .jsonl file. A key that stands twice keeps its first row, with a problem. Throws Error when
  /// the file cannot be read or no row has the key.
  JoinTable(const JoinSpec& spec, const FieldNames& names, ProblemList& problems);

  /// Adds the fields of the record's row that the record does not have.
  void add_to(Record& record);
  /// Adds a problem when rows were not used by any record.
  void report_unused(ProblemList& problems) const;

 private:
  JoinSpec spec_;
  std::unordered_map<std::string, Record> rows_;
  std::unordered_set<std::string> used_;
};

}  // namespace foreview
