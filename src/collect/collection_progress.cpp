#include "collect/collection_progress.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "collect/archive.h"
#include "foreview/error.h"

namespace foreview {
namespace {

constexpr int most_reasons = 10;
constexpr double hour = 3600;  // seconds

void read_topics(SQLite::Database& database, CollectionProgress& progress) {
  SQLite::Statement items(database, "SELECT topic, state, count(*) FROM items GROUP BY topic, state");
  while (items.executeStep()) {
    CollectionProgress::Topic& topic = progress.topics[items.getColumn(0)];
    const std::string state = items.getColumn(1);
    (state == "done"   ? topic.collected
     : state == "gone" ? topic.gone
                       : topic.failed) = static_cast<size_t>(items.getColumn(2).getInt64());
  }
  SQLite::Statement open(
      database, "SELECT topic, count(*) FROM candidates WHERE key NOT IN (SELECT key FROM items) GROUP BY topic");
  while (open.executeStep())
    progress.topics[open.getColumn(0)].open = static_cast<size_t>(open.getColumn(1).getInt64());
}

void read_reasons(SQLite::Database& database, CollectionProgress& progress) {
  SQLite::Statement row(
      database, "SELECT count(*), reason FROM items WHERE state != 'done' GROUP BY reason ORDER BY 1 DESC, 2 LIMIT ?");
  row.bind(1, most_reasons);
  while (row.executeStep())
    progress.reasons.emplace_back(static_cast<size_t>(row.getColumn(0).getInt64()), row.getColumn(1).getString());
}

void read_rates(SQLite::Database& database, CollectionProgress& progress, double now) {
  progress.media_bytes = static_cast<uint64_t>(
      database.execAndGet("SELECT coalesce(sum(media_bytes), 0) FROM items WHERE state = 'done'").getInt64());
  SQLite::Statement recent(
      database, "SELECT count(*) FROM (SELECT min(epoch) AS first FROM observations GROUP BY key) WHERE first > ?");
  recent.bind(1, now - hour);
  recent.executeStep();
  progress.collected_in_last_hour = static_cast<size_t>(recent.getColumn(0).getInt64());
  const std::string day = utc_day(static_cast<std::time_t>(now));
  SQLite::Statement requests(database, "SELECT count FROM requests WHERE day = ?");
  requests.bind(1, day);
  if (requests.executeStep()) progress.requests_today = requests.getColumn(0);
  SQLite::Statement refusals(database, "SELECT host, count FROM refusals WHERE day = ?");
  refusals.bind(1, day);
  while (refusals.executeStep()) progress.refusals[refusals.getColumn(0)] = refusals.getColumn(1);
}

}  // namespace

CollectionProgress read_collection_progress(const std::filesystem::path& out, double now) {
  const std::filesystem::path file = out / ".foreview-collect/archive.sqlite";
  try {
    SQLite::Database database(file.string(), SQLite::OPEN_READONLY, 5000);
    CollectionProgress progress;
    read_topics(database, progress);
    read_reasons(database, progress);
    read_rates(database, progress, now);
    return progress;
  } catch (const SQLite::Exception& failure) {
    throw Error({.file = file.string(),
                 .problem = fmt::format("there is no collection to tell of: {}", failure.what()),
                 .advice = "name the --out folder of one"});
  }
}

std::string describe(const CollectionProgress& progress) {
  size_t width = 5;
  for (const auto& [name, topic] : progress.topics) width = std::max(width, name.size());
  std::string text = fmt::format("{:<{}}  collected  open links  gone  failed\n", "topic", width);
  CollectionProgress::Topic all;
  const auto line = [&](const std::string& name, const CollectionProgress::Topic& topic) {
    text += fmt::format("{:<{}}  {:>9}  {:>10}  {:>4}  {:>6}\n", name, width, topic.collected, topic.open, topic.gone,
                        topic.failed);
  };
  for (const auto& [name, topic] : progress.topics) {
    line(name.empty() ? "-" : name, topic);
    all.collected += topic.collected;
    all.open += topic.open;
    all.gone += topic.gone;
    all.failed += topic.failed;
  }
  line("all", all);
  text += fmt::format("{} videos in the last hour, {:.1f} MB in all; {} requests today (UTC)",
                      progress.collected_in_last_hour, static_cast<double>(progress.media_bytes) / 1e6,
                      progress.requests_today);
  for (const auto& [host, count] : progress.refusals) text += fmt::format(", {} refused by {}", count, host);
  text += "\n";
  for (const auto& [count, reason] : progress.reasons) text += fmt::format("{:>4} passed over: {}\n", count, reason);
  return text;
}

}  // namespace foreview
