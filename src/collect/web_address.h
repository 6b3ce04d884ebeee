#pragma once

#include <string>
#include <string_view>

namespace foreview {

/// The parts of an http or https address.
struct WebAddress {
  std::string scheme, host;  // lower case
  int port = 0;              // as written, or the scheme's
  std::string target;        // path and query as sent, at least "/"

  /// Throws Error when `text` is none.
  static WebAddress parse(std::string_view text);
  /// "https://host[:port]"; the port only where it is not the scheme's.
  std::string origin() const;
};

/// All bytes but letters, digits, and "-._~" as %XX.
std::string percent_encoded(std::string_view text);

}  // namespace foreview
