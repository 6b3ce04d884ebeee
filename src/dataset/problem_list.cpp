#include "dataset/problem_list.h"

#include <fmt/format.h>

#include "core/text.h"

namespace foreview {

std::string in_quotes(const std::string& text) {
  constexpr size_t longest = 80;
  return fmt::format("\"{}{}\"", clean_utf8(text.substr(0, longest)), text.size() > longest ? "..." : "");
}

std::string shown(const std::filesystem::path& file) { return clean_utf8(file.string()); }

void ProblemList::add(const std::string& rest, Problem problem, const std::string& scope) {
  constexpr size_t most = 20;
  const auto [found, is_new] = index_.try_emplace(scope + '\n' + rest, kinds_.size());
  if (is_new) kinds_.push_back({.rest = rest, .scope = scope, .problems = {}});
  Kind& kind = kinds_[found->second];
  if (kind.problems.size() < most) {
    kind.problems.push_back(std::move(problem));
  } else {
    ++kind.more;
  }
}

void ProblemList::append(const ProblemList& more) {
  for (const Kind& kind : more.kinds_) {
    for (const Problem& problem : kind.problems) add(kind.rest, problem, kind.scope);
    if (kind.more > 0) kinds_[index_.at(kind.scope + '\n' + kind.rest)].more += kind.more;
  }
}

std::vector<Problem> ProblemList::take() const {
  std::vector<Problem> all;
  for (const Kind& kind : kinds_) {
    all.insert(all.end(), kind.problems.begin(), kind.problems.end());
    if (kind.more > 0) all.push_back({kind.scope, fmt::format("and {} more {}", kind.more, kind.rest), ""});
  }
  return all;
}

}  // namespace foreview
