#pragma once

#include <string>

namespace foreview {

/// Token kinds that may be used; `--use visual,audio,speech,caption,metadata`.
struct Modalities {
  bool visual = true, audio = true, speech = true, caption = true, metadata = true;

  /// Throws Error{usage} with the nearest name for an unknown one, and for an empty list.
  static Modalities parse(const std::string& comma_separated);
  std::string text() const;
};

}  // namespace foreview
