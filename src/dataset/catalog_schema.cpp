#include "dataset/catalog_schema.h"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include "foreview/error.h"

namespace foreview {
namespace {

constexpr int application_id = 0x46564557;  // "FVEW"
constexpr int current_version = 1;

constexpr const char* create_tables = R"(
CREATE TABLE videos (
  id TEXT PRIMARY KEY, file TEXT NOT NULL, source TEXT NOT NULL, content_hash TEXT NOT NULL, split TEXT NOT NULL,
  label REAL, label_low REAL, label_high REAL, skipped_in TEXT NOT NULL, skip_reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE texts (
  id TEXT NOT NULL REFERENCES videos(id) ON DELETE CASCADE, field TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (id, field)) WITHOUT ROWID;
CREATE TABLE numbers (
  id TEXT NOT NULL REFERENCES videos(id) ON DELETE CASCADE, field TEXT NOT NULL,
  value REAL NOT NULL, low REAL NOT NULL, high REAL NOT NULL, PRIMARY KEY (id, field)) WITHOUT ROWID;
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
                                                      : "has an unknown catalog version",
                 .expected = fmt::format("catalog version {}", current_version),
                 .got = fmt::format("{}", version),
                 .advice = "use that version, or name another --work folder"});
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = NORMAL");
  database.exec("PRAGMA foreign_keys = ON");
  if (has_tables) return;
  SQLite::Transaction transaction(database);
  database.exec(create_tables);
  database.exec(fmt::format("PRAGMA application_id = {}", application_id));
  database.exec(fmt::format("PRAGMA user_version = {}", current_version));
  transaction.commit();
}

}  // namespace foreview
