#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dataset/record.h"

// Internal to this folder.
namespace foreview {

/// A record while its sources are being brought together.
struct MergedRecord {
  Record record;
  std::string place;               // of its first row
  std::filesystem::path expected;  // where its video should be; empty when nowhere can be said
};

/// Records by id in a database, so that their number is not bounded by memory. They are those of the tables
/// `incoming_*` of a catalog (see catalog_schema.h).
class RecordStore {
 public:
  /// Makes the tables anew. `database` must live longer.
  explicit RecordStore(SQLite::Database& database);
  ~RecordStore();

  /// What is put between start_source and keep_source is kept as a whole, or not at all.
  void start_source();
  void keep_source();
  void drop_source();

  /// False when the id is there already; nothing is changed then.
  bool insert(const MergedRecord& record);
  bool contains(const std::string& id) const;
  /// The id must be there.
  MergedRecord get(const std::string& id) const;
  void replace(const MergedRecord& record);

  size_t size() const;
  /// Calls `use(id, where its video should be)` for the records whose video is missing there, in the order they came.
  void for_each_missing(const std::function<void(const std::string&, const std::filesystem::path&)>& use) const;
  /// Calls `use(records, their numbers)` for all, in the order they came, in batches of at most `batch`, until it
  /// returns false.
  using UseBatch = std::function<bool(std::vector<Record>, const std::vector<int64_t>&)>;
  void for_each_batch(size_t batch, const UseBatch& use) const;

 private:
  struct Statements;
  int64_t source_number(const std::filesystem::path& source);

  SQLite::Database& database_;
  std::unique_ptr<Statements> statements_;
  std::filesystem::path last_source_;
  int64_t last_source_number_ = 0;
};

/// Texts and numbers of a record as one JSON object and back: {"texts":{...},"numbers":{"a":1,"b":[value,low,high]}}.
std::string fields_to_json(const Record& record);
void fields_from_json(const std::string& json, Record& record);

}  // namespace foreview
