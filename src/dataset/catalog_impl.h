#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <filesystem>

#include "dataset/catalog.h"
#include "dataset/exclusive_lock.h"
#include "foreview/error.h"

// Internal to this folder: the open database behind a Catalog.
namespace foreview {

struct Catalog::Impl {
  std::filesystem::path file;
  ExclusiveLock lock;
  SQLite::Database database;

  explicit Impl(const std::filesystem::path& path)
      : file(path),
        lock(std::filesystem::path(path) += ".lock", path),
        database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {}
};

/// Runs one piece of database work; what SQLite throws becomes one line that names the file.
template <class Work>
auto guarded(const std::filesystem::path& file, Work work) {
  try {
    return work();
  } catch (const SQLite::Exception& error) {
    throw Error({.file = file.string(),
                 .problem = fmt::format("the catalog cannot be used: {}", error.what()),
                 .advice = "free disk space if it is full; else remove the file, the next run makes it anew"});
  }
}

}  // namespace foreview
