#pragma once

#include <string>
#include <string_view>

#include "core/text.h"

namespace foreview {

/// Text as it may stand between tags and inside quoted attributes; file names and captions are hostile.
inline std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : clean_utf8(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace foreview
