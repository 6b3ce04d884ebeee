#include "dataset/catalog.h"

#include "dataset/catalog_impl.h"
#include "dataset/catalog_schema.h"
#include "dataset/record_store.h"

namespace foreview {
namespace {

Quantity quantity_at(const SQLite::Statement& row, int first) {
  return {row.getColumn(first).getDouble(), row.getColumn(first + 1).getDouble(), row.getColumn(first + 2).getDouble()};
}

constexpr const char* select_videos =
    "SELECT id, file, path, fields, content_hash, copies, split, label, label_low, label_high, skipped_in, skip_reason "
    "FROM records JOIN videos USING (number) LEFT JOIN sources ON sources.number = source ORDER BY id";

Video video_at(const SQLite::Statement& row) {
  Video video;
  video.record.id = row.getColumn(0).getString();
  video.record.file = row.getColumn(1).getString();
  video.record.source = row.getColumn(2).getString();
  fields_from_json(row.getColumn(3).getString(), video.record);
  video.content_hash = row.getColumn(4).getString();
  video.copies = row.getColumn(5).getString();
  video.split = split_from_name(row.getColumn(6).getString()).value_or(Split::none);
  if (!row.isColumnNull(7)) video.label = quantity_at(row, 7);
  video.skipped_in = row.getColumn(10).getString();
  video.skip_reason = row.getColumn(11).getString();
  return video;
}

/// Calls `use(number, item, its split so far)` for each labelled video.
template <class Use>
void for_each_split_item(SQLite::Database& database, SplitKind kind, Use use) {
  // Only what the kind needs is read.
  SQLite::Statement rows(database, kind == SplitKind::random
                                       ? "SELECT number, id, copies, split FROM videos JOIN records USING (number) "
                                         "WHERE label IS NOT NULL ORDER BY number"
                                       : "SELECT number, id, copies, split, author, topic, posted FROM videos JOIN "
                                         "records USING (number) WHERE label IS NOT NULL ORDER BY number");
  while (rows.executeStep()) {
    SplitItem item{.id = rows.getColumn(1).getString(), .copies = rows.getColumn(2).getString()};
    if (kind != SplitKind::random) {
      item.author = rows.getColumn(4).getString();
      item.topic = rows.getColumn(5).getString();
      if (!rows.isColumnNull(6)) item.posted_unix = rows.getColumn(6).getDouble();
    }
    use(rows.getColumn(0).getInt64(), item, rows.getColumn(3).getString());
  }
}

}  // namespace

Catalog::Catalog(const std::filesystem::path& file)
    : impl_(guarded(file, [&] { return std::make_unique<Impl>(file); })) {
  guarded(file, [&] { prepare_catalog(impl_->database, file); });
}

Catalog::~Catalog() = default;

std::vector<Video> Catalog::videos() const {
  std::vector<Video> videos;
  for_each_video([&](Video video) { videos.push_back(std::move(video)); });
  return videos;
}

void Catalog::for_each_video(const std::function<void(Video)>& use) const {
  guarded(impl_->file, [&] {
    SQLite::Statement rows(impl_->database, select_videos);
    while (rows.executeStep()) use(video_at(rows));
  });
}

void Catalog::assign_splits(const SplitOptions& options) {
  guarded(impl_->file, [&] {
    SQLite::Database& database = impl_->database;
    SQLite::Transaction transaction(database);
    SplitPlan plan(options);
    for_each_split_item(database, options.kind,
                        [&](int64_t, const SplitItem& item, const std::string&) { plan.see(item); });
    plan.finish();
    SQLite::Statement update(database, "UPDATE videos SET split = ? WHERE number = ?");
    const auto set = [&](int64_t number, std::string_view split) {
      update.reset();
      update.bind(1, std::string(split));
      update.bind(2, number);
      update.exec();
    };
    for_each_split_item(database, options.kind, [&](int64_t number, const SplitItem& item, const std::string& known) {
      const std::string_view split = name_of(plan.split_of(item));
      if (split != known) set(number, split);
    });
    database.exec("UPDATE videos SET split = 'none' WHERE label IS NULL AND split != 'none'");
    transaction.commit();
  });
}

void Catalog::replace_labels(const std::function<Quantity(const Video&)>& label_of) {
  guarded(impl_->file, [&] {
    SQLite::Transaction transaction(impl_->database);
    SQLite::Statement update(impl_->database,
                             "UPDATE videos SET label = ?, label_low = ?, label_high = ? WHERE number = (SELECT number "
                             "FROM records WHERE id = ?)");
    for_each_video([&](const Video& video) {
      if (!video.label) return;
      const Quantity label = label_of(video);
      update.reset();
      update.bind(1, label.value);
      update.bind(2, label.low);
      update.bind(3, label.high);
      update.bind(4, video.record.id);
      update.exec();
    });
    transaction.commit();
  });
}

std::map<Split, size_t> Catalog::split_counts() const {
  return guarded(impl_->file, [&] {
    std::map<Split, size_t> counts;
    SQLite::Statement rows(impl_->database, "SELECT split, count(*) FROM videos GROUP BY split");
    while (rows.executeStep())
      counts[split_from_name(rows.getColumn(0).getString()).value_or(Split::none)] +=
          static_cast<size_t>(rows.getColumn(1).getInt64());
    return counts;
  });
}

void Catalog::set_copies(const std::map<std::string, std::string>& copies_of) {
  guarded(impl_->file, [&] {
    SQLite::Transaction transaction(impl_->database);
    impl_->database.exec("UPDATE videos SET copies = content_hash WHERE copies != content_hash");
    SQLite::Statement update(impl_->database, "UPDATE videos SET copies = ? WHERE content_hash = ?");
    for (const auto& [hash, copies] : copies_of) {
      update.reset();
      update.bind(1, copies);
      update.bind(2, hash);
      update.exec();
    }
    transaction.commit();
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
    SQLite::Statement update(
        impl_->database,
        "UPDATE videos SET skipped_in = ?, skip_reason = ? WHERE number = (SELECT number FROM records WHERE id = ?)");
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
