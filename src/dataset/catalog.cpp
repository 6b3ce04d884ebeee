#include "dataset/catalog.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <map>
#include <utility>

#include "dataset/catalog_schema.h"
#include "dataset/exclusive_lock.h"
#include "foreview/error.h"

namespace foreview {
namespace {

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

std::filesystem::path lock_file_of(const std::filesystem::path& file) {
  std::filesystem::path lock = file;
  lock += ".lock";
  return lock;
}

using Skip = std::pair<std::string, std::string>;  // stage, reason

std::map<std::string, Skip> skips_by_content(const SQLite::Database& database) {
  std::map<std::string, Skip> skips;
  SQLite::Statement rows(
      database,
      "SELECT content_hash, skipped_in, skip_reason FROM videos WHERE content_hash != '' AND skipped_in != ''");
  while (rows.executeStep())
    skips[rows.getColumn(0).getString()] = {rows.getColumn(1).getString(), rows.getColumn(2).getString()};
  return skips;
}

/// Statements that write one video with its fields.
class VideoWriter {
 public:
  explicit VideoWriter(const SQLite::Database& database)
      : video_(database, "INSERT INTO videos VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        text_(database, "INSERT INTO texts VALUES (?, ?, ?)"),
        number_(database, "INSERT INTO numbers VALUES (?, ?, ?, ?, ?)") {}

  void write(const Video& video, const Skip& skip) {
    const Record& record = video.record;
    video_.reset();
    video_.clearBindings();
    video_.bind(1, record.id);
    video_.bind(2, record.file.string());
    video_.bind(3, record.source.string());
    video_.bind(4, video.content_hash);
    video_.bind(5, std::string(name_of(video.split)));
    if (video.label) bind_quantity(video_, 6, *video.label);
    video_.bind(9, skip.first);
    video_.bind(10, skip.second);
    video_.exec();
    for (const auto& [field, value] : record.texts) run(text_, record.id, field, [&] { text_.bind(3, value); });
    for (const auto& [field, value] : record.numbers)
      run(number_, record.id, field, [&] { bind_quantity(number_, 3, value); });
  }

 private:
  static void bind_quantity(SQLite::Statement& statement, int first, const Quantity& quantity) {
    statement.bind(first, quantity.value);
    statement.bind(first + 1, quantity.low);
    statement.bind(first + 2, quantity.high);
  }

  template <class Bind>
  static void run(SQLite::Statement& statement, const std::string& id, const std::string& field, Bind bind_rest) {
    statement.reset();
    statement.bind(1, id);
    statement.bind(2, field);
    bind_rest();
    statement.exec();
  }

  SQLite::Statement video_, text_, number_;
};

Quantity quantity_at(const SQLite::Statement& row, int first) {
  return {row.getColumn(first).getDouble(), row.getColumn(first + 1).getDouble(), row.getColumn(first + 2).getDouble()};
}

Video video_at(const SQLite::Statement& row) {
  Video video;
  video.record.id = row.getColumn(0).getString();
  video.record.file = row.getColumn(1).getString();
  video.record.source = row.getColumn(2).getString();
  video.content_hash = row.getColumn(3).getString();
  video.split = split_from_name(row.getColumn(4).getString()).value_or(Split::none);
  if (!row.isColumnNull(5)) video.label = quantity_at(row, 5);
  video.skipped_in = row.getColumn(8).getString();
  video.skip_reason = row.getColumn(9).getString();
  return video;
}

}  // namespace

struct Catalog::Impl {
  std::filesystem::path file;
  ExclusiveLock lock;
  SQLite::Database database;

  explicit Impl(const std::filesystem::path& path)
      : file(path),
        lock(lock_file_of(path), path),
        database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {}
};

Catalog::Catalog(const std::filesystem::path& file)
    : impl_(guarded(file, [&] { return std::make_unique<Impl>(file); })) {
  guarded(file, [&] { prepare_catalog(impl_->database, file); });
}

Catalog::~Catalog() = default;

void Catalog::replace_videos(const std::vector<Video>& videos, const std::vector<Problem>& problems) {
  guarded(impl_->file, [&] {
    SQLite::Database& database = impl_->database;
    SQLite::Transaction transaction(database);
    const std::map<std::string, Skip> known_skips = skips_by_content(database);
    database.exec("DELETE FROM texts; DELETE FROM numbers; DELETE FROM videos; DELETE FROM problems");
    VideoWriter writer(database);
    for (const Video& video : videos) {
      const auto known = known_skips.find(video.content_hash);
      const bool keeps = video.skipped_in.empty() && known != known_skips.end();
      writer.write(video, keeps ? known->second : Skip{video.skipped_in, video.skip_reason});
    }
    SQLite::Statement insert(database, "INSERT INTO problems (file, what, advice, id) VALUES (?, ?, ?, ?)");
    for (const Problem& problem : problems) {
      insert.reset();
      insert.bind(1, problem.file);
      insert.bind(2, problem.what);
      insert.bind(3, problem.advice);
      insert.bind(4, problem.id);
      insert.exec();
    }
    transaction.commit();
  });
}

std::vector<Video> Catalog::videos() const {
  return guarded(impl_->file, [&] {
    SQLite::Transaction transaction(impl_->database);  // the three reads see one state
    std::vector<Video> videos;
    std::map<std::string, size_t> index;
    SQLite::Statement rows(impl_->database, "SELECT * FROM videos ORDER BY id");
    while (rows.executeStep()) {
      videos.push_back(video_at(rows));
      index[videos.back().record.id] = videos.size() - 1;
    }
    SQLite::Statement texts(impl_->database, "SELECT id, field, value FROM texts");
    while (texts.executeStep())
      videos.at(index.at(texts.getColumn(0).getString())).record.texts[texts.getColumn(1).getString()] =
          texts.getColumn(2).getString();
    SQLite::Statement numbers(impl_->database, "SELECT id, field, value, low, high FROM numbers");
    while (numbers.executeStep())
      videos.at(index.at(numbers.getColumn(0).getString())).record.numbers[numbers.getColumn(1).getString()] =
          quantity_at(numbers, 2);
    return videos;
  });
}

std::vector<Problem> Catalog::problems() const {
  return guarded(impl_->file, [&] {
    std::vector<Problem> problems;
    SQLite::Statement rows(impl_->database, "SELECT file, what, advice, id FROM problems ORDER BY number");
    while (rows.executeStep())
      problems.push_back({rows.getColumn(0).getString(), rows.getColumn(1).getString(), rows.getColumn(2).getString(),
                          rows.getColumn(3).getString()});
    return problems;
  });
}

void Catalog::set_skipped(const std::string& id, const std::string& stage, const std::string& reason) {
  const int changed = guarded(impl_->file, [&] {
    SQLite::Statement update(impl_->database, "UPDATE videos SET skipped_in = ?, skip_reason = ? WHERE id = ?");
    update.bind(1, stage);
    update.bind(2, reason);
    update.bind(3, id);
    return update.exec();
  });
  if (changed == 0)
    throw Error({.file = impl_->file.string(), .problem = fmt::format("the catalog has no video \"{}\"", id)});
}

void Catalog::clear_skips(const std::string& stage) {
  guarded(impl_->file, [&] {
    SQLite::Statement update(impl_->database,
                             "UPDATE videos SET skipped_in = '', skip_reason = '' WHERE skipped_in = ?");
    update.bind(1, stage);
    return update.exec();
  });
}

std::string Catalog::stage_state(const std::string& stage) const {
  return guarded(impl_->file, [&] {
    SQLite::Statement row(impl_->database, "SELECT state FROM stages WHERE stage = ?");
    row.bind(1, stage);
    return row.executeStep() ? row.getColumn(0).getString() : std::string();
  });
}

void Catalog::set_stage_state(const std::string& stage, const std::string& state) {
  guarded(impl_->file, [&] {
    SQLite::Statement upsert(
        impl_->database, "INSERT INTO stages VALUES (?, ?) ON CONFLICT (stage) DO UPDATE SET state = excluded.state");
    upsert.bind(1, stage);
    upsert.bind(2, state);
    return upsert.exec();
  });
}

}  // namespace foreview
