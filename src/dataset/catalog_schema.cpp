#include "dataset/catalog_schema.h"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include <string>

#include "foreview/error.h"

namespace foreview {
namespace {

constexpr int application_id = 0x46564557;  // "FVEW"
constexpr int current_version = 2;

/// `prefix` stands before the names of the tables.
std::string video_tables(const char* prefix) {
  return fmt::format(R"(
CREATE TABLE {0}sources (number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
CREATE TABLE {0}records (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, file TEXT NOT NULL, source INTEGER NOT NULL, place TEXT NOT NULL,
  expected TEXT NOT NULL, fields TEXT NOT NULL);
CREATE TABLE {0}videos (
  number INTEGER PRIMARY KEY, content_hash TEXT NOT NULL, copies TEXT NOT NULL, author TEXT NOT NULL,
  topic TEXT NOT NULL, posted REAL, split TEXT NOT NULL, label REAL, label_low REAL, label_high REAL,
  skipped_in TEXT NOT NULL, skip_reason TEXT NOT NULL);
)",
                     prefix);
}

constexpr const char* other_tables = R"(
CREATE TABLE problems (
  number INTEGER PRIMARY KEY, file TEXT NOT NULL, what TEXT NOT NULL, advice TEXT NOT NULL, id TEXT NOT NULL);
CREATE TABLE stages (stage TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
)";

int pragma(SQLite::Database& database, const char* name) {
  return database.execAndGet(fmt::format("PRAGMA {}", name)).getInt();
}

}  // namespace

void prepare_catalog(SQLite::Database& database, const std::filesystem::path& file) {
  const bool has_tables = database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() > 0;
  const bool is_ours = pragma(database, "application_id") == application_id;
  if (has_tables && !is_ours)
    throw Error({.file = file.string(),
                 .problem = "is a database, but no foreview catalog",
                 .advice = "name another --work folder"});
  const int version = pragma(database, "user_version");
  if (has_tables && version != current_version)
    throw Error({.file = file.string(),
                 .problem = version > current_version ? "was written by a newer version of foreview"
                                                      : "was written by an older version of foreview",
                 .expected = fmt::format("catalog version {}", current_version),
                 .got = fmt::format("{}", version),
                 .advice = version > current_version
                               ? "use that version, or name another --work folder"
                               : "remove the file; the next run makes it anew and keeps everything else"});
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = NORMAL");
  database.exec("PRAGMA cache_size = -65536");  // KiB: ids come in any order, and their index should stay in memory
  if (has_tables) return;
  SQLite::Transaction transaction(database);
  database.exec(video_tables("") + other_tables);
  database.exec(fmt::format("PRAGMA application_id = {}", application_id));
  database.exec(fmt::format("PRAGMA user_version = {}", current_version));
  transaction.commit();
}

void make_incoming_tables(SQLite::Database& database) {
  for (const char* name : {"sources", "records", "videos"})
    database.exec(fmt::format("DROP TABLE IF EXISTS incoming_{}", name));
  database.exec(video_tables("incoming_"));
}

void adopt_incoming_tables(SQLite::Database& database) {
  for (const char* name : {"sources", "records", "videos"})
    database.exec(fmt::format("DROP TABLE {0}; ALTER TABLE incoming_{0} RENAME TO {0}", name));
}

}  // namespace foreview
