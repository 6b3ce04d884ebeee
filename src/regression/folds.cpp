#include "regression/folds.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "core/random.h"

namespace foreview {
namespace {

std::vector<size_t> rows_where(const std::vector<int>& of_row, int fold, bool equal) {
  std::vector<size_t> rows;
  for (size_t i = 0; i < of_row.size(); ++i)
    if ((of_row[i] == fold) == equal) rows.push_back(i);
  return rows;
}

}  // namespace

std::vector<size_t> Folds::inside(int fold) const { return rows_where(of_row, fold, true); }
std::vector<size_t> Folds::outside(int fold) const { return rows_where(of_row, fold, false); }

Folds Folds::without(int fold) const {
  Folds others{.count = count - 1, .of_row = {}, .group_of_row = {}};
  for (const size_t row : outside(fold)) {
    others.of_row.push_back(of_row[row] - (of_row[row] > fold ? 1 : 0));
    others.group_of_row.push_back(group_of_row[row]);
  }
  return others;
}

Folds make_row_folds(size_t rows, int most_folds, uint64_t seed) {
  return make_folds(std::vector<std::string>(rows), most_folds, seed);
}

Folds make_folds(const std::vector<std::string>& authors, int most_folds, uint64_t seed) {
  std::set<std::string> known(authors.begin(), authors.end());
  known.erase("");
  const bool grouped = known.size() >= static_cast<size_t>(most_folds);
  std::map<std::string, std::vector<size_t>> by_author;
  std::vector<std::vector<size_t>> groups;
  for (size_t i = 0; i < authors.size(); ++i) {
    if (grouped && !authors[i].empty())
      by_author[authors[i]].push_back(i);
    else
      groups.push_back({i});
  }
  for (auto& [author, rows] : by_author) groups.push_back(std::move(rows));
  Random random(derive_seed(seed, "folds"));
  random.shuffle(std::span(groups));
  std::ranges::stable_sort(groups, [](const auto& a, const auto& b) { return a.size() > b.size(); });

  Folds folds{.count = std::min(most_folds, static_cast<int>(groups.size())),
              .of_row = std::vector<int>(authors.size(), 0),
              .group_of_row = std::vector<size_t>(authors.size(), 0)};
  std::vector<size_t> sizes(std::max(folds.count, 1), 0);
  for (size_t group = 0; group < groups.size(); ++group) {
    const auto smallest = std::ranges::min_element(sizes) - sizes.begin();
    sizes[smallest] += groups[group].size();
    for (size_t row : groups[group]) {
      folds.of_row[row] = static_cast<int>(smallest);
      folds.group_of_row[row] = group;
    }
  }
  return folds;
}

}  // namespace foreview
