#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>

// Internal to this folder: the form of catalog.sqlite.
//
//   sources   one row a metadata file
//   records   one row a video as its sources tell it: media file, fields as JSON (see record_store.h)
//   videos    one row a video as the run sees it: content hash, copies, label with its rounding, split, why it was left
//             out; `number` is the record's
//   problems  what in the input could not be used, in the order it was told
//   stages    what each stage was last finished with
//
// While a data folder is read, incoming_sources, incoming_records and incoming_videos are filled; they take the place
// of the others in one transaction.
//
// PRAGMA application_id marks the file as ours, PRAGMA user_version is the version of this form.
namespace foreview {

/// Makes the tables in a new file, checks the version of an old one. Throws Error when the file is no catalog or of a
/// newer version.
void prepare_catalog(SQLite::Database& database, const std::filesystem::path& file);

/// Makes the tables incoming_* anew.
void make_incoming_tables(SQLite::Database& database);
/// Lets them take the place of the tables without that prefix. Call it within a transaction.
void adopt_incoming_tables(SQLite::Database& database);

}  // namespace foreview
