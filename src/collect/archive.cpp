#include "collect/archive.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <map>
#include <mutex>
#include <random>

#include "dataset/exclusive_lock.h"
#include "foreview/error.h"

namespace foreview {
namespace {

constexpr int format_version = 1;

constexpr const char* schema = R"sql(
CREATE TABLE IF NOT EXISTS items (key TEXT PRIMARY KEY, topic TEXT NOT NULL, address TEXT NOT NULL, stem TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL, tries INTEGER NOT NULL, media_bytes INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS items_by_topic ON items (topic, state);
CREATE INDEX IF NOT EXISTS items_by_stem ON items (stem);
CREATE TABLE IF NOT EXISTS candidates (number INTEGER PRIMARY KEY, topic TEXT NOT NULL, key TEXT NOT NULL,
  address TEXT NOT NULL, UNIQUE (topic, key));
CREATE TABLE IF NOT EXISTS observations (key TEXT NOT NULL, epoch REAL NOT NULL, fields TEXT NOT NULL,
  PRIMARY KEY (key, epoch));
CREATE TABLE IF NOT EXISTS requests (day TEXT PRIMARY KEY, count INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS refusals (day TEXT NOT NULL, host TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (day, host));
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL);
)sql";

constexpr std::array state_names = {std::pair{ItemState::done, "done"}, std::pair{ItemState::gone, "gone"},
                                    std::pair{ItemState::failed, "failed"}};

std::string name_of(ItemState state) {
  for (const auto& [known, name] : state_names)
    if (known == state) return name;
  return "failed";
}

ItemState state_of(const std::string& name) {
  for (const auto& [state, known] : state_names)
    if (known == name) return state;
  return ItemState::failed;
}

ArchivedItem item_in(SQLite::Statement& row) {
  return {.key = row.getColumn(0),
          .topic = row.getColumn(1),
          .address = row.getColumn(2),
          .stem = row.getColumn(3),
          .reason = row.getColumn(5),
          .state = state_of(row.getColumn(4)),
          .tries = row.getColumn(6),
          .media_bytes = static_cast<uint64_t>(row.getColumn(7).getInt64())};
}

constexpr const char* item_columns = "key, topic, address, stem, state, reason, tries, media_bytes";

std::string random_salt() {
  std::random_device device;
  std::string salt;
  for (int i = 0; i < 8; ++i) salt += fmt::format("{:08x}", device());
  return salt;
}

}  // namespace

std::string utc_day(std::time_t time) { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(time)); }

struct Archive::Impl {
  explicit Impl(const std::filesystem::path& file)
      : lock(file.string() + ".lock", file.parent_path().parent_path()),
        database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    if (version != 0 && version != format_version)
      throw Error({.file = file.string(),
                   .problem = "was made by another version of foreview",
                   .expected = fmt::format("format {}", format_version),
                   .got = fmt::format("format {}", version),
                   .advice = "use that version, or another --out folder"});
    database.exec("PRAGMA journal_mode = WAL");
    database.exec(schema);
    database.exec(fmt::format("PRAGMA user_version = {}", format_version));
    SQLite::Statement secret(database, "INSERT INTO secrets VALUES ('salt', ?) ON CONFLICT DO NOTHING");
    secret.bind(1, random_salt());
    secret.exec();
  }
  uint64_t bytes_done() {
    return static_cast<uint64_t>(
        database.execAndGet("SELECT coalesce(sum(media_bytes), 0) FROM items WHERE state = 'done'").getInt64());
  }
  uint64_t bytes_claimed(const std::string& but_of) const {
    uint64_t sum = 0;
    for (const auto& [key, claim] : claims)
      if (key != but_of) sum += claim.bytes;
    return sum;
  }

  /// What a video on its way will need.
  struct Claim {
    std::string stem;
    uint64_t bytes = 0;
  };
  ExclusiveLock lock;
  std::mutex mutex;  // of what follows
  SQLite::Database database;
  std::map<std::string, Claim> claims;  // by key
};

Archive::Archive(const std::filesystem::path& file) {
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  try {
    impl_ = std::make_unique<Impl>(file);
  } catch (const SQLite::Exception& failure) {
    throw Error({.file = file.string(),
                 .problem = fmt::format("the archive of seen videos cannot be opened: {}", failure.what()),
                 .advice = "check permissions and free space; restore it, or name another --out folder"});
  }
}

Archive::~Archive() = default;

std::optional<ArchivedItem> Archive::find(const std::string& key) const {
  const std::lock_guard lock(impl_->mutex);
  SQLite::Statement row(impl_->database, fmt::format("SELECT {} FROM items WHERE key = ?", item_columns));
  row.bind(1, key);
  if (!row.executeStep()) return std::nullopt;
  return item_in(row);
}

void Archive::put(const ArchivedItem& item) {
  const std::lock_guard lock(impl_->mutex);
  SQLite::Statement put(impl_->database,
                        "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, 1, ?) ON CONFLICT (key) DO UPDATE SET topic = "
                        "excluded.topic, address = excluded.address, stem = excluded.stem, state = excluded.state, "
                        "reason = excluded.reason, tries = tries + 1, media_bytes = excluded.media_bytes");
  put.bind(1, item.key);
  put.bind(2, item.topic);
  put.bind(3, item.address);
  put.bind(4, item.stem);
  put.bind(5, name_of(item.state));
  put.bind(6, item.reason);
  put.bind(7, static_cast<int64_t>(item.media_bytes));
  put.exec();
  impl_->claims.erase(item.key);
}

std::vector<ArchivedItem> Archive::done_items() const {
  const std::lock_guard lock(impl_->mutex);
  SQLite::Statement row(impl_->database,
                        fmt::format("SELECT {} FROM items WHERE state = 'done' ORDER BY key", item_columns));
  std::vector<ArchivedItem> items;
  while (row.executeStep()) items.push_back(item_in(row));
  return items;
}

size_t Archive::done_in_topic(const std::string& topic) const {
  const std::lock_guard lock(impl_->mutex);
  SQLite::Statement row(impl_->database, "SELECT count(*) FROM items WHERE topic = ? AND state = 'done'");
  row.bind(1, topic);
  row.executeStep();
  return static_cast<size_t>(row.getColumn(0).getInt64());
}

uint64_t Archive::media_bytes() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->bytes_done() + impl_->bytes_claimed("");
}

bool Archive::claim_stem(const std::string& key, const std::string& stem) {
  const std::lock_guard lock(impl_->mutex);
  for (const auto& [other, claim] : impl_->claims)
    if (other != key && claim.stem == stem) return false;
  SQLite::Statement row(impl_->database, "SELECT 1 FROM items WHERE stem = ? AND key != ?");
  row.bind(1, stem);
  row.bind(2, key);
  if (row.executeStep()) return false;
  impl_->claims[key].stem = stem;
  return true;
}

bool Archive::claim_bytes(const std::string& key, uint64_t bytes, uint64_t limit) {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->bytes_done() + impl_->bytes_claimed(key) + bytes > limit) return false;
  impl_->claims[key].bytes = bytes;
  return true;
}

void Archive::add_candidates(const std::string& topic, const std::vector<Candidate>& found) {
  const std::lock_guard lock(impl_->mutex);
  SQLite::Transaction whole(impl_->database);
  SQLite::Statement add(impl_->database,
                        "INSERT INTO candidates (topic, key, address) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  for (const Candidate& candidate : found) {
    add.reset();
    add.bind(1, topic);
    add.bind(2, candidate.key);
    add.bind(3, candidate.address);
    add.exec();
  }
  whole.commit();
}

std::vector<Candidate> Archive::candidates(const std::string& topic) const {
  const std::lock_guard lock(impl_->mutex);
  SQLite::Statement row(impl_->database, "SELECT key, address FROM candidates WHERE topic = ? ORDER BY number");
  row.bind(1, topic);
  std::vector<Candidate> list;
  while (row.executeStep()) list.push_back({row.getColumn(0), row.getColumn(1)});
  return list;
}

void Archive::observe(const std::string& key, const Observation& observation) {
  const std::lock_guard lock(impl_->mutex);
  SQLite::Statement add(impl_->database, "INSERT OR REPLACE INTO observations VALUES (?, ?, ?)");
  add.bind(1, key);
  add.bind(2, observation.epoch);
  add.bind(3, observation.fields);
  add.exec();
}

std::vector<Observation> Archive::observations(const std::string& key) const {
  const std::lock_guard lock(impl_->mutex);
  SQLite::Statement row(impl_->database, "SELECT epoch, fields FROM observations WHERE key = ? ORDER BY epoch");
  row.bind(1, key);
  std::vector<Observation> list;
  while (row.executeStep()) list.push_back({row.getColumn(0).getDouble(), row.getColumn(1)});
  return list;
}

int Archive::requests_on(const std::string& day) const {
  const std::lock_guard lock(impl_->mutex);
  SQLite::Statement row(impl_->database, "SELECT count FROM requests WHERE day = ?");
  row.bind(1, day);
  return row.executeStep() ? row.getColumn(0).getInt() : 0;
}

void Archive::count_request(const std::string& day) {
  const std::lock_guard lock(impl_->mutex);
  SQLite::Statement count(impl_->database,
                          "INSERT INTO requests VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET count = count + 1");
  count.bind(1, day);
  count.exec();
}

void Archive::count_refusal(const std::string& day, const std::string& host) {
  const std::lock_guard lock(impl_->mutex);
  SQLite::Statement count(
      impl_->database, "INSERT INTO refusals VALUES (?, ?, 1) ON CONFLICT (day, host) DO UPDATE SET count = count + 1");
  count.bind(1, day);
  count.bind(2, host);
  count.exec();
}

std::string Archive::salt() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->database.execAndGet("SELECT value FROM secrets WHERE name = 'salt'").getString();
}

}  // namespace foreview
