#include "dataset/catalog_update.h"

#include <algorithm>
#include <map>
#include <utility>

#include "dataset/catalog_impl.h"
#include "dataset/catalog_schema.h"
#include "dataset/posting_time.h"
#include "dataset/record_store.h"

namespace foreview {
namespace {

constexpr size_t batch = 1024;  // videos in memory at a time

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

class VideoWriter {
 public:
  explicit VideoWriter(const SQLite::Database& database)
      : insert_(database, "INSERT INTO incoming_videos VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

  void write(int64_t number, const Video& video, const Skip& skip) {
    insert_.reset();
    insert_.clearBindings();
    insert_.bind(1, number);
    insert_.bind(2, video.content_hash);
    insert_.bind(3, video.copies.empty() ? video.content_hash : video.copies);
    insert_.bind(4, video.record.text("uploader_id"));
    insert_.bind(5, video.record.text("topic"));
    if (const auto posted = posted_unix(video.record)) insert_.bind(6, *posted);
    insert_.bind(7, std::string(name_of(video.split)));
    if (video.label) {
      insert_.bind(8, video.label->value);
      insert_.bind(9, video.label->low);
      insert_.bind(10, video.label->high);
    }
    insert_.bind(11, skip.first);
    insert_.bind(12, skip.second);
    insert_.exec();
  }

 private:
  SQLite::Statement insert_;
};

void replace_problems(SQLite::Database& database, const std::vector<Problem>& problems) {
  database.exec("DELETE FROM problems");
  SQLite::Statement insert(database, "INSERT INTO problems (file, what, advice, id) VALUES (?, ?, ?, ?)");
  for (const Problem& problem : problems) {
    insert.reset();
    insert.bind(1, problem.file);
    insert.bind(2, problem.what);
    insert.bind(3, problem.advice);
    insert.bind(4, problem.id);
    insert.exec();
  }
}

}  // namespace

CatalogUpdate::CatalogUpdate(Catalog& catalog) : catalog_(*catalog.impl_) {
  guarded(catalog_.file, [&] { records_ = std::make_unique<RecordStore>(catalog_.database); });
}

CatalogUpdate::~CatalogUpdate() = default;

size_t CatalogUpdate::size() const {
  return guarded(catalog_.file, [&] { return records_->size(); });
}

void CatalogUpdate::for_each_record(const std::function<bool(const Record&)>& see) const {
  guarded(catalog_.file, [&] {
    records_->for_each_batch(batch, [&](const std::vector<Record>& records, const std::vector<int64_t>&) {
      return std::all_of(records.begin(), records.end(), see);
    });
  });
}

void CatalogUpdate::complete(const std::function<void(std::vector<Video>&)>& complete) {
  guarded(catalog_.file, [&] {
    const std::map<std::string, Skip> known_skips = skips_by_content(catalog_.database);
    SQLite::Transaction transaction(catalog_.database);
    VideoWriter writer(catalog_.database);
    records_->for_each_batch(batch, [&](std::vector<Record> records, const std::vector<int64_t>& numbers) {
      std::vector<Video> videos;
      for (Record& record : records) videos.push_back({.record = std::move(record)});
      complete(videos);
      for (size_t i = 0; i < videos.size(); ++i) {
        const auto known = known_skips.find(videos[i].content_hash);
        const bool keeps = videos[i].skipped_in.empty() && known != known_skips.end();
        writer.write(numbers[i], videos[i], keeps ? known->second : Skip{videos[i].skipped_in, videos[i].skip_reason});
      }
      return true;
    });
    transaction.commit();
  });
}

void CatalogUpdate::publish(const std::vector<Problem>& problems) {
  guarded(catalog_.file, [&] {
    records_.reset();  // its statements hold the tables
    SQLite::Transaction transaction(catalog_.database);
    adopt_incoming_tables(catalog_.database);
    replace_problems(catalog_.database, problems);
    transaction.commit();
  });
}

}  // namespace foreview
