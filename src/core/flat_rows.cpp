#include "core/flat_rows.h"

#include <set>

#include "core/json.h"

namespace foreview {
namespace {

std::vector<std::string> columns_of(const FlatRows& rows) {
  std::vector<std::string> columns;
  std::set<std::string> seen;
  for (const auto& row : rows)
    for (const auto& [name, value] : row.items())
      if (seen.insert(name).second) columns.push_back(name);
  return columns;
}

std::string cell_of(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == text.npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string text_of(const nlohmann::ordered_json& value) {
  if (value.is_null()) return {};
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

std::string to_jsonl(const FlatRows& rows) {
  std::string text;
  for (const auto& row : rows)
    text += row.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
  return text;
}

std::string to_csv(const FlatRows& rows) {
  const std::vector<std::string> columns = columns_of(rows);
  std::string text;
  for (size_t i = 0; i < columns.size(); ++i) text += (i ? "," : "") + cell_of(columns[i]);
  text += "\n";
  for (const auto& row : rows) {
    for (size_t i = 0; i < columns.size(); ++i) {
      const auto value = row.find(columns[i]);
      text += (i ? "," : "") + (value == row.end() ? std::string() : cell_of(text_of(*value)));
    }
    text += "\n";
  }
  return text;
}

}  // namespace foreview
