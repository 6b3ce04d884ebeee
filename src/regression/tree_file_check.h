#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

namespace foreview {

/// XGBoost follows the node numbers of a model file without looking; this looks first. Throws Error naming `file`
/// unless it is a boosted-tree regression over `columns` features whose every tree is a proper tree.
void check_tree_model(const nlohmann::json& model, size_t columns, const std::string& file);

}  // namespace foreview
