#include "dataset/record_store.h"

#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/parallel.h"
#include "dataset/catalog_schema.h"

namespace foreview {
namespace {

using nlohmann::json;

/// A place without the source's path before it: most of its bytes, said once for all rows of a file.
std::string short_place(const MergedRecord& merged) {
  const std::string source = merged.record.source.string();
  return merged.place.starts_with(source) ? merged.place.substr(source.size()) : "\n" + merged.place;
}

std::string whole_place(const std::string& source, const std::string& place) {
  return place.starts_with('\n') ? place.substr(1) : source + place;
}

json json_of(const Quantity& number) {
  return number.is_exact() ? json(number.value) : json::array({number.value, number.low, number.high});
}

Quantity quantity_of(const json& number) {
  return number.is_array() ? Quantity{number.at(0), number.at(1), number.at(2)} : Quantity::exact(number);
}

}  // namespace

std::string fields_to_json(const Record& record) {
  json texts = json::object(), numbers = json::object();
  for (const auto& [field, text] : record.texts) texts[field] = text;
  for (const auto& [field, number] : record.numbers) numbers[field] = json_of(number);
  return dump_json({{"texts", std::move(texts)}, {"numbers", std::move(numbers)}});
}

void fields_from_json(const std::string& text, Record& record) {
  const json fields = json::parse(text);
  for (const auto& [field, value] : fields.at("texts").items()) record.texts[field] = value.get<std::string>();
  for (const auto& [field, value] : fields.at("numbers").items()) record.numbers[field] = quantity_of(value);
}

struct RecordStore::Statements {
  explicit Statements(const SQLite::Database& database)
      : source(database, "INSERT INTO incoming_sources (path) VALUES (?) ON CONFLICT DO NOTHING"),
        find_source(database, "SELECT number FROM incoming_sources WHERE path = ?"),
        insert(database,
               "INSERT INTO incoming_records (id, file, source, place, expected, fields) VALUES (?, ?, ?, ?, ?, ?) "
               "ON CONFLICT (id) DO NOTHING"),
        find(database,
             "SELECT file, path, place, expected, fields FROM incoming_records LEFT JOIN incoming_sources ON "
             "incoming_sources.number = source WHERE id = ?"),
        update(database, "UPDATE incoming_records SET file = ?, expected = ?, fields = ? WHERE id = ?") {}

  SQLite::Statement source, find_source, insert, find, update;
};

RecordStore::RecordStore(SQLite::Database& database) : database_(database) {
  make_incoming_tables(database);
  statements_ = std::make_unique<Statements>(database);
}

RecordStore::~RecordStore() = default;

void RecordStore::start_source() { database_.exec("SAVEPOINT source"); }
void RecordStore::keep_source() { database_.exec("RELEASE source"); }
void RecordStore::drop_source() {
  last_source_.clear();
  database_.exec("ROLLBACK TO source; RELEASE source");
}

int64_t RecordStore::source_number(const std::filesystem::path& source) {
  if (source.empty()) return 0;
  if (source == last_source_) return last_source_number_;
  statements_->source.reset();
  statements_->source.bind(1, source.string());
  statements_->source.exec();
  statements_->find_source.reset();
  statements_->find_source.bind(1, source.string());
  statements_->find_source.executeStep();
  last_source_ = source;
  last_source_number_ = statements_->find_source.getColumn(0).getInt64();
  statements_->find_source.reset();
  return last_source_number_;
}

bool RecordStore::insert(const MergedRecord& merged) {
  const int64_t source = source_number(merged.record.source);
  SQLite::Statement& insert = statements_->insert;
  insert.reset();
  insert.bind(1, merged.record.id);
  insert.bind(2, merged.record.file.string());
  insert.bind(3, source);
  insert.bind(4, short_place(merged));
  insert.bind(5, merged.expected.string());
  insert.bind(6, fields_to_json(merged.record));
  return insert.exec() > 0;
}

bool RecordStore::contains(const std::string& id) const {
  statements_->find.reset();
  statements_->find.bind(1, id);
  const bool found = statements_->find.executeStep();
  statements_->find.reset();
  return found;
}

MergedRecord RecordStore::get(const std::string& id) const {
  SQLite::Statement& find = statements_->find;
  find.reset();
  find.bind(1, id);
  find.executeStep();
  const std::string source = find.getColumn(1).getString();
  MergedRecord merged;
  merged.record.id = id;
  merged.record.file = find.getColumn(0).getString();
  merged.record.source = source;
  merged.place = whole_place(source, find.getColumn(2).getString());
  merged.expected = find.getColumn(3).getString();
  fields_from_json(find.getColumn(4).getString(), merged.record);
  find.reset();
  return merged;
}

void RecordStore::replace(const MergedRecord& merged) {
  SQLite::Statement& update = statements_->update;
  update.reset();
  update.bind(1, merged.record.file.string());
  update.bind(2, merged.expected.string());
  update.bind(3, fields_to_json(merged.record));
  update.bind(4, merged.record.id);
  update.exec();
}

size_t RecordStore::size() const {
  return static_cast<size_t>(database_.execAndGet("SELECT count(*) FROM incoming_records").getInt64());
}

void RecordStore::for_each_missing(
    const std::function<void(const std::string&, const std::filesystem::path&)>& use) const {
  SQLite::Statement rows(
      database_, "SELECT id, expected FROM incoming_records WHERE file = '' AND expected != '' ORDER BY number");
  while (rows.executeStep()) use(rows.getColumn(0).getString(), rows.getColumn(1).getString());
}

namespace {

void parse_fields(std::vector<Record>& records, const std::vector<std::string>& fields) {
  constexpr size_t chunk = 128;
  for_each_parallel((records.size() + chunk - 1) / chunk, available_processors(), [&](size_t part, int) {
    for (size_t i = part * chunk; i < std::min(records.size(), (part + 1) * chunk); ++i)
      fields_from_json(fields[i], records[i]);
  });
}

}  // namespace

void RecordStore::for_each_batch(size_t batch, const UseBatch& use) const {
  SQLite::Statement rows(database_,
                         "SELECT incoming_records.number, id, file, path, fields FROM incoming_records LEFT JOIN "
                         "incoming_sources ON incoming_sources.number = source ORDER BY incoming_records.number");
  std::vector<Record> records;
  std::vector<std::string> fields;
  std::vector<int64_t> numbers;
  const auto hand_over = [&] {
    parse_fields(records, fields);
    const bool more = use(std::exchange(records, {}), numbers);
    fields.clear();
    numbers.clear();
    return more;
  };
  while (rows.executeStep()) {
    records.push_back({.id = rows.getColumn(1).getString(), .file = rows.getColumn(2).getString(), .source = {}});
    records.back().source = rows.getColumn(3).getString();
    fields.push_back(rows.getColumn(4).getString());
    numbers.push_back(rows.getColumn(0).getInt64());
    if (records.size() >= batch && !hand_over()) return;
  }
  if (!records.empty()) hand_over();
}

}  // namespace foreview
