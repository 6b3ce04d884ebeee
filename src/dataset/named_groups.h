#pragma once

#include <map>
#include <string>
#include <vector>

// Internal to this folder.
namespace foreview {

/// Union-find over names (Tarjan 1975, path halving). A group is called by its smallest name.
class NamedGroups {
 public:
  void join(const std::string& a, const std::string& b);
  /// The group's name; of a name that was never joined to another, the name itself.
  std::string name_of(const std::string& name) const;

 private:
  size_t number_of(const std::string& name);
  size_t root(size_t item) const;

  std::map<std::string, size_t> numbers_;
  std::vector<const std::string*> names_;  // names_[root]: the smallest of its group
  mutable std::vector<size_t> parent_;     // halved while searching
};

}  // namespace foreview
