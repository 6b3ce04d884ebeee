#include "dataset/metadata_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/text.h"
#include "dataset/fields.h"
#include "dataset/tiktok_item.h"

namespace foreview {
namespace {

using nlohmann::json;

/// Text of a name-like value; whole numbers are taken as they are written.
std::string name_in(const json& value) {
  if (value.is_number_integer()) return value.dump();
  if (!value.is_string()) return {};
  const std::string clean = clean_utf8(value.get_ref<const std::string&>());
  const size_t first = clean.find_first_not_of(' ');
  return first == clean.npos ? std::string() : clean.substr(first, clean.find_last_not_of(' ') - first + 1);
}

std::string id_of(const json& object, const std::string& named_file, const FieldNames& names) {
  for (const std::string& name : {names.source_of("id"), std::string("id"), std::string("video_id"),
                                  std::string("aweme_id"), std::string("item_id")})
    if (const auto id = object.find(name); id != object.end() && !id->is_null()) return name_in(*id);
  return clean_utf8(std::filesystem::path(named_file).stem().string());
}

/// A text that is a number and nothing else, with a point for its decimals.
std::optional<double> plain_number(const std::string& text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// Fills the fields of one record and reports those that cannot be used.
class RowReader {
 public:
  RowReader(Record& record, const std::string& place, const FieldNames& names, ProblemList& problems)
      : record_(record), place_(place), names_(names), problems_(problems) {}

  void read(const json& object) {
    for (const auto& [name, value] : object.items()) {
      const std::string clean = clean_utf8(name), field = names_.canonical(clean);
      if (clean.empty() || field == "id" || field == "file") continue;
      const std::string given = names_.source_of(field);  // the user's choice, then the field's own name, then others
      const std::string best = has_own(object, given) ? given : has_own(object, field) ? field : clean;
      if (best != clean) continue;
      read_field(field, clean, value);
    }
    add_hashtags(object);
  }

 private:
  /// The Research API lists a video's hashtags beside its description, which need not repeat them.
  void add_hashtags(const json& object) {
    const auto names = object.find("hashtag_names");
    if (names == object.end() || !names->is_array()) return;
    std::string& description = record_.texts["description"];
    for (const json& name : *names) {
      const std::string tag = "#" + name_in(name);
      const bool said = (lower_ascii(description) + " ").find(lower_ascii(tag) + " ") != std::string::npos;
      if (tag.size() > 1 && !said) description += (description.empty() ? "" : " ") + tag;
    }
    if (description.empty()) record_.texts.erase("description");
  }

  /// A list of names as one text, one a line; an empty list is known to be empty.
  void read_tags(const json& list) {
    std::string text;
    for (const json& one : list)
      if (const std::string tag = name_in(one); !tag.empty()) text += (text.empty() ? "" : "\n") + tag;
    record_.texts["tags"] = text;
  }

  static bool has_own(const json& object, const std::string& field) {
    const auto own = object.find(field);
    return own != object.end() && !own->is_null();
  }

  void read_field(const std::string& field, const std::string& written, const json& value) {
    if (field == "tags" && value.is_array()) {
      read_tags(value);
    } else if (is_text_field(field)) {
      if (value.is_string()) record_.texts[field] = clean_utf8(value.get_ref<const std::string&>());
      if (value.is_number_integer()) record_.texts[field] = value.dump();
    } else if (value.is_boolean()) {
      record_.numbers[field] = Quantity::exact(value.get<bool>());
    } else if (value.is_number()) {
      read_number(field, written, value.get<double>());
    } else if (value.is_string()) {
      read_text(field, written, value.get_ref<const std::string&>());
    } else if (is_count_field(field) && field != "comments" && !value.is_null()) {  // comments may be a list of texts
      refuse(written, "is no number");
    }
  }

  void read_number(const std::string& field, const std::string& written, double value) {
    if (!std::isfinite(value)) return refuse(written, "is no finite number");
    if (value < 0 && is_count_field(field)) return read_negative(field, written, value);
    record_.numbers[field] = Quantity::exact(value);
  }

  /// Counts above 2^31 that a program kept in 32 bits come out negative. Small negatives are marks for "unknown".
  void read_negative(const std::string& field, const std::string& written, double value) {
    constexpr double two_to_31 = 2147483648.0, smallest_wrapped = -1e6;
    if (value > smallest_wrapped || value < -two_to_31 || value != std::floor(value))
      return refuse(written, fmt::format("{} is negative", value));
    const double undone = value + 2 * two_to_31;
    record_.numbers[field] = Quantity::exact(undone);
    problems_.add("counts that wrapped at 32 bits",
                  {place_,
                   fmt::format("record {}: {} {} wrapped at 32 bits and is read as {}", in_quotes(record_.id), written,
                               value, undone),
                   "nothing, or correct it at its source", record_.id});
  }

  void read_text(const std::string& field, const std::string& written, const std::string& text) {
    const auto number = plain_number(text);
    if (number && (*number < 0 || !is_count_field(field))) {
      read_number(field, written, *number);
      if (!is_count_field(field)) record_.texts[field] = clean_utf8(text);
      return;
    }
    const auto count = parse_count(text);
    if (const auto* quantity = std::get_if<Quantity>(&count)) record_.numbers[field] = *quantity;
    if (is_count_field(field)) {
      if (const auto* problem = std::get_if<NotACount>(&count)) refuse(written, problem->reason);
    } else {
      record_.texts[field] = clean_utf8(text);
    }
  }

  void refuse(const std::string& written, const std::string& reason) {
    problems_.add("records with a value that is no number",
                  {place_, fmt::format("record {}: {} {}", in_quotes(record_.id), written, reason),
                   "write a number like 1635, \"1,635\" or \"21.1M\"; until then the value is not used", record_.id});
  }

  Record& record_;
  const std::string& place_;
  const FieldNames& names_;
  ProblemList& problems_;
};

}  // namespace

bool describes_video(const json& object, const FieldNames& names) {
  if (!object.is_object()) return false;
  bool has_count = false;
  for (const auto& [name, value] : object.items()) {
    const std::string field = names.canonical(name);
    // Views of a wrong type are views, to be told; "comments" or "likes" may be lists of something else.
    has_count = has_count || (is_count_field(field) && (value.is_number() || value.is_string())) ||
                (field == "view_count" && !value.is_null());
  }
  return object.contains("file") || object.contains(names.source_of("file")) || has_count;
}

void RowSink::add(MetadataRow row) {
  if (row.describes_video) recognise();
  if (recognised_) {
    take_(std::move(row));
  } else {
    held_.push_back(std::move(row));
  }
}

void RowSink::recognise() {
  recognised_ = true;
  for (MetadataRow& row : std::exchange(held_, {})) take_(std::move(row));
}

void read_fields(const json& object, const std::string& place, const FieldNames& names, Record& record,
                 ProblemList& problems) {
  RowReader(record, place, names, problems).read(object);
}

std::optional<MetadataRow> read_row(const json& row, const std::filesystem::path& source, const std::string& place,
                                    const std::string& element, const FieldNames& names, ProblemList& problems) {
  const std::string which = element.empty() ? "the row" : element;
  if (!row.is_object()) {
    problems.add("rows that are no objects",
                 {place, fmt::format("{} is no JSON object (got {})", which, row.type_name()),
                  "write one object a video, or remove it"},
                 shown(source));
    return std::nullopt;
  }
  if (const auto flat = flat_tiktok_item(row)) return read_row(*flat, source, place, element, names, problems);
  MetadataRow read{.record = {}, .place = place, .named_file = {}, .media_stem = {}};
  const std::string given = names.source_of("file");
  if (const auto file = row.find(given.empty() ? "file" : given); file != row.end() && file->is_string())
    read.named_file = file->get<std::string>();
  read.record.id = id_of(row, read.named_file, names);
  read.record.source = source;
  if (read.record.id.empty()) {
    problems.add("rows without an id",
                 {place, fmt::format("{} has no usable \"id\"", which), "give each video its \"id\" as text"},
                 shown(source));
    return std::nullopt;
  }
  read_fields(row, place, names, read.record, problems);
  read.describes_video = describes_video(row, names);
  return read;
}

}  // namespace foreview
