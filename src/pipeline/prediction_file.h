#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "dataset/target.h"
#include "evaluation/results.h"

namespace foreview {

/// Every model's predictions for held-out videos, for the report and for other tools.
nlohmann::json predictions_to_json(const TestSet& test, const Target& target);
/// Throws Error naming `file` when it is damaged.
TestSet read_predictions(const std::filesystem::path& file);

}  // namespace foreview
