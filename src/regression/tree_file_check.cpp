#include "regression/tree_file_check.h"

#include <fmt/format.h>

#include <vector>

#include "foreview/error.h"

namespace foreview {
namespace {

[[noreturn]] void refuse(const std::string& file, const std::string& what) {
  throw Error({.file = file,
               .problem = "a tree model is damaged: " + what,
               .expected = "",
               .got = "",
               .advice = "copy the model folder anew or train again"});
}

// XGBoost writes its parameters as text.
size_t text_number(const nlohmann::json& value, const std::string& file) {
  const auto text = value.get<std::string>();
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos)
    refuse(file, "a parameter is no number");
  return std::stoul(text);
}

void check_tree(const nlohmann::json& tree, size_t columns, const std::string& file) {
  const auto& left = tree.at("left_children");
  const size_t nodes = left.size();
  if (nodes == 0 || text_number(tree.at("tree_param").at("num_nodes"), file) != nodes) refuse(file, "node count");
  if (text_number(tree.at("tree_param").at("num_feature"), file) != columns) refuse(file, "feature count of a tree");
  for (const char* name : {"right_children", "parents", "split_indices", "split_conditions", "split_type",
                           "default_left", "base_weights", "loss_changes", "sum_hessian"})
    if (!tree.at(name).is_array() || tree.at(name).size() != nodes) refuse(file, fmt::format("length of {}", name));
  for (const char* name : {"categories", "categories_nodes", "categories_segments", "categories_sizes"})
    if (!tree.at(name).is_array() || !tree.at(name).empty()) refuse(file, "categories where none were used");
  std::vector<int> parents_seen(nodes, 0);
  for (size_t node = 0; node < nodes; ++node) {
    const auto l = left[node].get<int64_t>(), r = tree["right_children"][node].get<int64_t>();
    if (tree["split_type"][node].get<int64_t>() != 0) refuse(file, "kind of split");
    if (l == -1 && r == -1) continue;
    // XGBoost numbers children after their parents, so a walk downwards always ends.
    const auto proper = [&](int64_t child) {
      return child > static_cast<int64_t>(node) && child < static_cast<int64_t>(nodes);
    };
    if (!proper(l) || !proper(r) || l == r) refuse(file, "node numbers");
    if (++parents_seen[l] > 1 || ++parents_seen[r] > 1) refuse(file, "a node with two parents");
    for (const auto child : {l, r})
      if (tree["parents"][child].get<int64_t>() != static_cast<int64_t>(node)) refuse(file, "parent numbers");
    const auto split = tree["split_indices"][node].get<int64_t>();
    if (split < 0 || split >= static_cast<int64_t>(columns)) refuse(file, "a split on a feature that is not there");
  }
}

}  // namespace

void check_tree_model(const nlohmann::json& model, size_t columns, const std::string& file) {
  try {
    const auto& learner = model.at("learner");
    if (learner.at("objective").at("name") != "reg:squarederror") refuse(file, "objective");
    const auto& booster = learner.at("gradient_booster");
    if (booster.at("name") != "gbtree") refuse(file, "kind of booster");
    const auto& parameters = learner.at("learner_model_param");
    if (text_number(parameters.at("num_feature"), file) != columns) refuse(file, "feature count");
    if (text_number(parameters.at("num_class"), file) > 1) refuse(file, "class count");
    if (parameters.contains("num_target") && text_number(parameters["num_target"], file) > 1)
      refuse(file, "target count");
    const auto& trees = booster.at("model").at("trees");
    const auto& info = booster.at("model").at("tree_info");
    if (!trees.is_array() || trees.empty() || !info.is_array() || info.size() != trees.size())
      refuse(file, "tree count");
    const auto& model_parameters = booster.at("model").at("gbtree_model_param");
    if (text_number(model_parameters.at("num_trees"), file) != trees.size()) refuse(file, "tree count");
    for (const char* name : {"num_parallel_tree", "size_leaf_vector"})
      if (model_parameters.contains(name) && text_number(model_parameters[name], file) > 1) refuse(file, name);
    for (const auto& group : info)
      if (group.get<int64_t>() != 0) refuse(file, "tree groups");
    for (size_t i = 0; i < trees.size(); ++i) {
      if (trees[i].at("id").get<int64_t>() != static_cast<int64_t>(i)) refuse(file, "tree numbers");
      check_tree(trees[i], columns, file);
    }
  } catch (const nlohmann::json::exception&) {
    refuse(file, "something is missing or of the wrong type");
  }
}

}  // namespace foreview
