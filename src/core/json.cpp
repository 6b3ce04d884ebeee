#include "core/json.h"

#include <fmt/format.h>

#include <set>
#include <utility>
#include <vector>

#include "foreview/error.h"

namespace foreview {
namespace {

struct Position {
  size_t line, column;
};

Position position_of(std::string_view text, size_t offset, const JsonRules& rules) {
  Position position{rules.first_line, 1};
  for (size_t i = 0; i < offset && i < text.size(); ++i) {
    const bool new_line = text[i] == '\n';
    position.line += new_line;
    position.column = new_line ? 1 : position.column + 1;
  }
  return position;
}

[[noreturn]] void refuse(const std::filesystem::path& file, std::string_view text, size_t offset,
                         const JsonRules& rules, const std::string& why) {
  const Position position = position_of(text, offset, rules);
  throw Error({.file = file.string(),
               .problem = fmt::format("not usable JSON at line {}, column {}: {}", position.line, position.column, why),
               .advice = "correct the file or make it anew"});
}

/// Finds what the parser would accept and must not: nesting without end, and text hidden behind a NUL, which the
/// parser takes for the end.
void check_nesting(std::string_view text, const std::filesystem::path& file, const JsonRules& rules) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\0') refuse(file, text, i, rules, "a NUL byte");
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > rules.max_depth)
        refuse(file, text, i, rules, fmt::format("nested deeper than {}", rules.max_depth));
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
}

/// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ...; last read: '...'": the middle.
std::string reason_in(std::string_view what) {
  if (const size_t start = what.find(": "); start != what.npos) what.remove_prefix(start + 2);
  what = what.substr(0, what.find("; last read"));
  return std::string(what.substr(0, 200));
}

/// Remembers the member names of every object that is open, to refuse the second use of one.
class NameCheck {
 public:
  /// True when `name` was used before in the innermost object.
  bool opens_duplicate(nlohmann::json::parse_event_t event, const nlohmann::json& value) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start) open_.emplace_back();
    if (event == Event::object_end) open_.pop_back();
    return event == Event::key && !open_.back().insert(value.get<std::string>()).second;
  }

 private:
  std::vector<std::set<std::string>> open_;
};

nlohmann::json parse_unique(std::string_view text, const std::filesystem::path& file) {
  NameCheck names;
  return nlohmann::json::parse(text, [&](int, nlohmann::json::parse_event_t event, nlohmann::json& value) {
    if (names.opens_duplicate(event, value))
      throw Error(
          {.file = file.string(),
           .problem = fmt::format("the JSON names \"{}\" twice in one object", value.get<std::string>().substr(0, 100)),
           .advice = "correct the file or make it anew"});
    return true;
  });
}

}  // namespace

nlohmann::json parse_json(std::string_view text, const std::filesystem::path& file, const JsonRules& rules) {
  check_nesting(text, file, rules);
  try {
    return rules.unique_names ? parse_unique(text, file) : nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    refuse(file, text, error.byte > 0 ? error.byte - 1 : 0, rules, reason_in(error.what()));
  } catch (const nlohmann::json::exception& error) {
    throw Error({.file = file.string(),
                 .problem = fmt::format("not usable JSON in the text that starts at line {}: {}", rules.first_line,
                                        reason_in(error.what())),
                 .advice = "correct the file or make it anew"});
  }
}

std::string dump_json(const nlohmann::json& value, int indent) {
  return value.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace foreview
