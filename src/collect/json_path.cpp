#include "collect/json_path.h"

#include <algorithm>
#include <charconv>

namespace foreview {
namespace {

using nlohmann::json;

std::string unescaped(std::string_view segment) {
  std::string name;
  for (size_t i = 0; i < segment.size(); ++i) {
    const bool escape = segment[i] == '~' && i + 1 < segment.size() && (segment[i + 1] == '0' || segment[i + 1] == '1');
    name += !escape ? segment[i] : segment[i + 1] == '0' ? '~' : '/';
    i += escape;
  }
  return name;
}

bool holds_word(const json& value, std::string_view word) {
  if (value.is_string()) {
    const std::string& text = value.get_ref<const std::string&>();
    if (!text.ends_with(word)) return false;
    return text.size() == word.size() || text[text.size() - word.size() - 1] == '/';
  }
  return value.is_structured() &&
         std::any_of(value.begin(), value.end(), [&](const json& inner) { return holds_word(inner, word); });
}

void step(const json& value, std::string_view segment, std::vector<const json*>& next) {
  if (segment == "*" || segment.starts_with("*=")) {
    if (!value.is_array()) return;
    for (const json& element : value)
      if (segment.size() == 1 || holds_word(element, segment.substr(2))) next.push_back(&element);
  } else if (value.is_object()) {
    if (const auto found = value.find(unescaped(segment)); found != value.end()) next.push_back(&*found);
  } else if (value.is_array()) {
    size_t index = 0;
    const auto [end, problem] = std::from_chars(segment.data(), segment.data() + segment.size(), index);
    if (problem == std::errc() && end == segment.data() + segment.size() && index < value.size())
      next.push_back(&value[index]);
  }
}

bool has_type(const json& object, std::string_view type) {
  const auto named = object.find("@type");
  if (named == object.end()) return false;
  if (named->is_string()) return named->get_ref<const std::string&>() == type;
  return named->is_array() && std::any_of(named->begin(), named->end(), [&](const json& one) { return one == type; });
}

}  // namespace

std::vector<const json*> values_at(const json& root, std::string_view path) {
  std::vector<const json*> values{&root};
  while (!path.empty() && !values.empty()) {
    path.remove_prefix(1);  // the "/"
    const size_t end = std::min(path.find('/'), path.size());
    std::vector<const json*> next;
    for (const json* value : values) step(*value, path.substr(0, end), next);
    values = std::move(next);
    path.remove_prefix(end);
  }
  return values;
}

const json* find_typed_object(const json& root, std::string_view type) {
  if (root.is_object() && has_type(root, type)) return &root;
  if (!root.is_structured()) return nullptr;
  for (const json& inner : root)
    if (const json* found = find_typed_object(inner, type)) return found;
  return nullptr;
}

}  // namespace foreview
