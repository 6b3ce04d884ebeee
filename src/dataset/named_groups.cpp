#include "dataset/named_groups.h"

namespace foreview {

size_t NamedGroups::number_of(const std::string& name) {
  const auto [entry, is_new] = numbers_.try_emplace(name, parent_.size());
  if (is_new) {
    parent_.push_back(parent_.size());
    names_.push_back(&entry->first);
  }
  return entry->second;
}

size_t NamedGroups::root(size_t item) const {
  while (parent_[item] != item) item = parent_[item] = parent_[parent_[item]];
  return item;
}

void NamedGroups::join(const std::string& a, const std::string& b) {
  const size_t first = root(number_of(a)), second = root(number_of(b));
  if (first == second) return;
  parent_[second] = first;
  if (*names_[second] < *names_[first]) names_[first] = names_[second];
}

std::string NamedGroups::name_of(const std::string& name) const {
  const auto known = numbers_.find(name);
  return known == numbers_.end() ? name : *names_[root(known->second)];
}

}  // namespace foreview
