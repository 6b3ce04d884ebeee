#include "collect/toml_reader.h"

#include <fmt/format.h>

#include "core/text.h"
#include "foreview/error.h"

namespace foreview {

toml::table parse_toml(std::string_view text, const std::filesystem::path& file) {
  try {
    return toml::parse(text, file.string());
  } catch (const toml::parse_error& error) {
    throw Error({.file = fmt::format("{}:{}", file.string(), error.source().begin.line),
                 .problem = std::string(error.description()),
                 .advice = "correct the line"},
                ErrorKind::usage);
  }
}

const toml::node* TomlTable::find(const std::string& key) {
  asked_.insert(key);
  return table_.get(key);
}

void TomlTable::fail(const std::string& key, const std::string& expected) const {
  const toml::node* node = table_.get(key);
  const std::string where = node ? fmt::format("{}:{}", file_.string(), node->source().begin.line) : file_.string();
  throw Error({.file = where,
               .problem = fmt::format("{} cannot be used", name_of(key)),
               .expected = expected,
               .got = node ? "something else" : "nothing",
               .advice = "docs/collect.md says what each entry means"},
              ErrorKind::usage);
}

std::string TomlTable::text(const std::string& key, const std::string& otherwise) {
  const toml::node* node = find(key);
  if (!node) return otherwise;
  const auto value = node->value_exact<std::string>();
  if (!value) fail(key, "a text in quotes");
  return *value;
}

std::vector<std::string> TomlTable::texts(const std::string& key) {
  std::vector<std::string> list;
  const toml::node* node = find(key);
  if (!node) return list;
  if (!node->is_array()) fail(key, "a list of texts");
  for (const toml::node& element : *node->as_array()) {
    const auto value = element.value_exact<std::string>();
    if (!value) fail(key, "a list of texts");
    list.push_back(*value);
  }
  return list;
}

double TomlTable::number(const std::string& key, double otherwise, double least, double most) {
  const toml::node* node = find(key);
  if (!node) return otherwise;
  const auto value = node->value<double>();
  if (!node->is_number() || !value || !(*value >= least && *value <= most))
    fail(key, fmt::format("a number from {} to {}", least, most));
  return *value;
}

bool TomlTable::truth(const std::string& key, bool otherwise) {
  const toml::node* node = find(key);
  if (!node) return otherwise;
  const auto value = node->value_exact<bool>();
  if (!value) fail(key, "true or false");
  return *value;
}

TomlTable TomlTable::table(const std::string& key) {
  static const toml::table none;
  const toml::node* node = find(key);
  if (node && !node->is_table()) fail(key, "a table");
  return TomlTable(node ? *node->as_table() : none, name_of(key), file_);
}

std::vector<TomlTable> TomlTable::tables(const std::string& key) {
  std::vector<TomlTable> list;
  const toml::node* node = find(key);
  if (!node) return list;
  if (!node->is_array_of_tables()) fail(key, fmt::format("tables [[{}]]", name_of(key)));
  for (const toml::node& element : *node->as_array())
    list.emplace_back(*element.as_table(), fmt::format("{} {}", name_of(key), list.size() + 1), file_);
  return list;
}

std::vector<std::string> TomlTable::keys() const {
  std::vector<std::string> names;
  for (const auto& [key, node] : table_) names.emplace_back(key.str());
  return names;
}

void TomlTable::refuse_unknown() const {
  for (const std::string& key : keys()) {
    if (asked_.contains(key)) continue;
    const auto near = nearest_names(key, {asked_.begin(), asked_.end()}, 1);
    const toml::node* node = table_.get(key);
    throw Error({.file = fmt::format("{}:{}", file_.string(), node->source().begin.line),
                 .problem = fmt::format("unknown entry {}", name_of(key)),
                 .expected = near.empty() ? join({asked_.begin(), asked_.end()}, ", ") : "perhaps " + near.front(),
                 .advice = "docs/collect.md lists the entries"},
                ErrorKind::usage);
  }
}

}  // namespace foreview
