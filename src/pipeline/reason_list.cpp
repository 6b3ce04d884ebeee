#include "pipeline/reason_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "core/text.h"

namespace foreview {
namespace {

constexpr size_t kMostSingleLines = 10, kNamesAGroup = 3;

/// Numbers differ from file to file ("only 3.2 of 9.0 s"); what is said is the same.
std::string without_numbers(const std::string& reason) {
  std::string kind;
  for (const char letter : reason) {
    const bool digit = (letter >= '0' && letter <= '9') || (letter == '.' && kind.ends_with('#'));
    if (!digit)
      kind += letter;
    else if (!kind.ends_with('#'))
      kind += '#';
  }
  return kind;
}

}  // namespace

void ReasonList::add(const std::string& file, const std::string& reason) { said_.push_back({file, reason}); }

std::vector<std::string> ReasonList::lines() const {
  std::vector<Said> sorted = said_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Said& a, const Said& b) { return a.file < b.file; });
  std::vector<std::string> lines;
  if (sorted.size() <= kMostSingleLines) {
    for (const Said& said : sorted) lines.push_back(said.file + ": " + said.reason);
    return lines;
  }
  std::map<std::string, std::vector<const Said*>> groups;
  for (const Said& said : sorted) groups[without_numbers(said.reason)].push_back(&said);
  std::vector<const std::vector<const Said*>*> by_size;
  for (const auto& [kind, members] : groups) by_size.push_back(&members);
  std::stable_sort(by_size.begin(), by_size.end(), [](const auto* a, const auto* b) { return a->size() > b->size(); });
  for (const auto* members : by_size) {
    std::vector<std::string> names;
    for (const Said* said : *members)
      if (names.size() < kNamesAGroup) names.push_back(said->file);
    const size_t more = members->size() - names.size();
    lines.push_back(fmt::format("{} {}: {} ({}{})", members->size(), members->size() == 1 ? "file" : "files",
                                members->front()->reason, join(names, ", "),
                                more > 0 ? fmt::format(" and {} more", more) : ""));
  }
  return lines;
}

}  // namespace foreview
