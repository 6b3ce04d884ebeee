#include "dataset/join_table.h"

#include <fmt/format.h>

#include "core/text.h"
#include "dataset/csv.h"
#include "dataset/jsonl.h"
#include "dataset/media_files.h"
#include "foreview/error.h"

namespace fs = std::filesystem;

namespace foreview {
namespace {

[[noreturn]] void refuse(const std::string& problem, const std::string& got) {
  throw Error({.problem = problem,
               .expected = "FILE:KEY, e.g. authors.csv:uploader_id (FILE in the data folder; .csv, .tsv or .jsonl)",
               .got = in_quotes(got),
               .advice = "write --join FILE:KEY, or FILE:KEY=FIELD when the records call it FIELD"},
              ErrorKind::usage);
}

/// The text that identifies, of a string or a whole number.
std::string key_of(const nlohmann::json& row, const std::string& column) {
  const auto value = row.find(column);
  if (value == row.end()) return {};
  if (value->is_number_integer()) return value->dump();
  return value->is_string() ? clean_utf8(value->get<std::string>()) : std::string();
}

std::string usual_key(const std::string& key, const FieldNames& names) {
  for (const char* id : {"id", "video_id", "aweme_id", "item_id"})
    if (key == id) return "id";
  return names.canonical(key);
}

std::string value_of(const Record& record, const std::string& field) {
  if (field == "id") return record.id;
  const std::string text = record.text(field);
  const auto number = record.number(field);
  return text.empty() && number ? fmt::format("{}", number->value) : text;
}

}  // namespace

JoinSpec JoinSpec::parse(const std::string& text, const fs::path& folder, const FieldNames& names) {
  const size_t colon = text.rfind(':');
  if (colon == text.npos || colon == 0 || colon + 1 == text.size()) refuse("the file to join cannot be read", text);
  JoinSpec spec;
  spec.file = normal_folder(folder / text.substr(0, colon));
  const std::string key = text.substr(colon + 1);
  const size_t equals = key.find('=');
  spec.key = key.substr(0, equals);
  spec.field = equals == key.npos ? usual_key(spec.key, names) : key.substr(equals + 1);
  if (spec.key.empty() || spec.field.empty()) refuse("the key to join by is empty", text);
  std::error_code error;
  if (!fs::is_regular_file(spec.file, error)) refuse("the file to join is not there", spec.file.string());
  return spec;
}

JoinTable::JoinTable(const JoinSpec& spec, const FieldNames& names, ProblemList& problems) : spec_(spec) {
  const auto use = [&](const nlohmann::json& row, const std::string& place) {
    if (place.empty() || !row.is_object()) return true;
    const std::string key = key_of(row, spec.key);
    if (key.empty()) {
      problems.add(
          "rows to join without a key",
          {place, fmt::format("the row has no \"{}\"; it is not joined", spec.key), "fill it in or remove it"});
      return true;
    }
    Record record{.id = key, .file = {}, .source = spec.file};
    nlohmann::json rest = row;
    rest.erase(spec.key);
    read_fields(rest, place, names, record, problems);
    if (!rows_.try_emplace(key, std::move(record)).second)
      problems.add("keys that stand twice in a file to join",
                   {place, fmt::format("{} {} stands twice; the first row is used", spec.key, in_quotes(key)),
                    "remove one of them"});
    return true;
  };
  if (lower_ascii(spec.file.extension().string()).ends_with("sv")) {
    for_each_table_row(spec.file, problems, use);
  } else {
    for_each_line(spec.file, problems, use);
  }
  if (rows_.empty())
    throw Error({.file = shown(spec.file),
                 .problem = fmt::format("no row has the key \"{}\" to join by", spec.key),
                 .advice = "name a column of the file: --join FILE:KEY"},
                ErrorKind::usage);
}

void JoinTable::add_to(Record& record) {
  const std::string key = value_of(record, spec_.field);
  const auto found = rows_.find(key);
  if (found == rows_.end()) return;
  used_.insert(key);
  record.texts.insert(found->second.texts.begin(), found->second.texts.end());
  record.numbers.insert(found->second.numbers.begin(), found->second.numbers.end());
}

void JoinTable::report_unused(ProblemList& problems) const {
  if (used_.size() == rows_.size()) return;
  problems.add("", {shown(spec_.file),
                    fmt::format("{} of {} rows to join name no record by its {}", rows_.size() - used_.size(),
                                rows_.size(), spec_.field),
                    used_.empty() ? "check the key: --join FILE:KEY=FIELD" : "nothing, if they are of other videos"});
}

}  // namespace foreview
