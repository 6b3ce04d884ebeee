#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/json.h"
#include "support/reference_data.h"

namespace foreview::testing {

/// A folder of goldens; call it inside a test and return when it is absent.
inline std::optional<std::filesystem::path> golden_folder(const std::string& name) {
  const auto data = reference_data();
  if (!data || !std::filesystem::is_directory(*data / "golden" / name)) return std::nullopt;
  return *data / "golden" / name;
}

inline nlohmann::json read_json(const std::filesystem::path& file) { return parse_json(read_file(file), file); }

}  // namespace foreview::testing

#define FOREVIEW_GOLDEN_OR_SKIP(variable, name)                         \
  const auto variable##_found = foreview::testing::golden_folder(name); \
  if (!variable##_found) GTEST_SKIP() << "skipped: no goldens";         \
  const std::filesystem::path& variable = *variable##_found
