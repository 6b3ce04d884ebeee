#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>

// Internal to this folder: the form of catalog.sqlite.
//
//   videos    one row a video: media file, content hash, split, label with its rounding, why it was left out
//   texts     one row a text field of a video; numbers: one row a number field, with its rounding
//   problems  what in the input could not be used, in the order it was told
//   stages    what each stage was last finished with
//
// PRAGMA application_id marks the file as ours, PRAGMA user_version is the version of this form.
namespace foreview {

/// Makes the tables in a new file, checks the version of an old one. Throws Error when the file is no catalog or of a
/// newer version.
void prepare_catalog(SQLite::Database& database, const std::filesystem::path& file);

}  // namespace foreview
