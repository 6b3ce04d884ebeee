#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace foreview {

/// What parse_json accepts beyond plain validity.
struct JsonRules {
  int max_depth = 200;        ///< brackets inside brackets; more is refused, since printing recurses
  bool unique_names = false;  ///< refuse an object that names a member twice (else the last one wins)
  size_t first_line = 1;      ///< number of the text's first line inside `file` (JSON Lines), for messages
};

/// Parses untrusted JSON. Throws only Error, with line and column; `file` is for the message and may be empty.
nlohmann::json parse_json(std::string_view text, const std::filesystem::path& file, const JsonRules& rules = {});

/// JSON text of `value`; bytes that are not UTF-8 become U+FFFD. Never throws. indent -1: one line.
std::string dump_json(const nlohmann::json& value, int indent = -1);

}  // namespace foreview
