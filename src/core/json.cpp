#include "core/json.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "core/text.h"
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

/// Where brackets go deeper than allowed.
size_t offset_of_depth(std::string_view text, int max_depth) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > max_depth) return i;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return text.size();
}

/// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ...; last read: '...'": the middle.
std::string reason_in(std::string_view what) {
  if (const size_t start = what.find(": "); start != what.npos) what.remove_prefix(start + 2);
  what = what.substr(0, what.find("; last read"));
  return std::string(what.substr(0, 200));
}

/// Builds a document from the parser's events, so that nesting without end and a second use of a name are seen at once.
class DocumentBuilder {
 public:
  explicit DocumentBuilder(const JsonRules& rules) : rules_(rules) {}

  nlohmann::json take() { return std::move(root_); }
  bool is_too_deep() const { return too_deep_; }
  const std::optional<std::string>& repeated_name() const { return repeated_name_; }
  size_t error_byte() const { return error_byte_; }
  const std::string& error_text() const { return error_text_; }

  // The parser's interface (nlohmann::json_sax): false stops it.
  using json = nlohmann::json;
  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(json::number_integer_t value) { return add(value); }
  bool number_unsigned(json::number_unsigned_t value) { return add(value); }
  bool number_float(json::number_float_t value, const std::string&) { return add(value); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(json::binary_t&) { return false; }
  bool start_object(size_t) { return open(json::value_t::object); }
  bool start_array(size_t) { return open(json::value_t::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    const auto [member, is_new] = open_.back()->get_ref<json::object_t&>().try_emplace(name);
    member_ = &member->second;
    if (is_new || !rules_.unique_names) return true;
    repeated_name_ = name;
    return false;
  }
  bool parse_error(size_t byte, const std::string&, const nlohmann::detail::exception& error) {
    error_byte_ = byte;
    error_text_ = error.what();
    return false;
  }

 private:
  template <class Value>
  json* place(Value&& value) {
    if (open_.empty()) return &(root_ = std::forward<Value>(value));
    if (!open_.back()->is_array()) return &(*member_ = std::forward<Value>(value));
    auto& elements = open_.back()->get_ref<json::array_t&>();
    elements.push_back(std::forward<Value>(value));
    return &elements.back();
  }
  template <class Value>
  bool add(Value&& value) {
    place(std::forward<Value>(value));
    return true;
  }
  bool open(json::value_t type) {
    if (open_.size() >= static_cast<size_t>(rules_.max_depth)) {
      too_deep_ = true;
      return false;
    }
    open_.push_back(place(json(type)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const JsonRules& rules_;
  json root_;
  std::vector<json*> open_;  // from the root to the innermost array or object
  json* member_ = nullptr;   // of the innermost object: where its next value goes
  bool too_deep_ = false;
  std::optional<std::string> repeated_name_;
  size_t error_byte_ = 0;
  std::string error_text_;
};

}  // namespace

nlohmann::json parse_json(std::string_view text, const std::filesystem::path& file, const JsonRules& rules) {
  // The parser takes a NUL for the end, and would not see what is hidden behind it.
  if (const size_t nul = text.find('\0'); nul != text.npos) refuse(file, text, nul, rules, "a NUL byte");
  DocumentBuilder builder(rules);
  if (nlohmann::json::sax_parse(text, &builder)) return builder.take();
  if (builder.is_too_deep())
    refuse(file, text, offset_of_depth(text, rules.max_depth), rules,
           fmt::format("nested deeper than {}", rules.max_depth));
  if (const auto& name = builder.repeated_name())
    throw Error({.file = file.string(),
                 .problem = fmt::format("the JSON names \"{}\" twice in one object", clean_utf8(name->substr(0, 100))),
                 .advice = "correct the file or make it anew"});
  const size_t byte = builder.error_byte();
  refuse(file, text, byte > 0 ? byte - 1 : 0, rules, reason_in(builder.error_text()));
}

std::string dump_json(const nlohmann::json& value, int indent) {
  return value.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace foreview
