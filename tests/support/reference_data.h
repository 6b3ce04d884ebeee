#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace foreview::testing {

/// The reference data folder: FOREVIEW_REFERENCE_DATA, else ../shared beside the source tree; absent when neither is
/// there, and tests that need it then say "skipped".
inline std::optional<std::filesystem::path> reference_data() {
  if (const char* named = std::getenv("FOREVIEW_REFERENCE_DATA")) return std::filesystem::path(named);
  const std::filesystem::path beside = std::filesystem::path(FOREVIEW_SOURCE_DIR) / ".." / "shared";
  if (std::filesystem::is_directory(beside)) return std::filesystem::canonical(beside);
  return std::nullopt;
}

}  // namespace foreview::testing
