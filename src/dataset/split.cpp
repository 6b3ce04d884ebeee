#include "dataset/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>

#include "core/hash.h"
#include "foreview/error.h"

namespace foreview {
namespace {

/// Union-find over items (Tarjan 1975, path halving).
class Groups {
 public:
  explicit Groups(size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), size_t{0}); }
  size_t root(size_t item) {
    while (parent_[item] != item) item = parent_[item] = parent_[parent_[item]];
    return item;
  }
  void join(size_t a, size_t b) { parent_[root(a)] = root(b); }

  /// Joins all items that share a non-empty key.
  template <class KeyOf>
  void join_equal(const std::vector<SplitItem>& items, KeyOf key_of) {
    std::map<std::string, size_t> first;
    for (size_t i = 0; i < items.size(); ++i) {
      const std::string& key = key_of(items[i]);
      if (key.empty()) continue;
      const auto [found, is_new] = first.try_emplace(key, i);
      if (!is_new) join(i, found->second);
    }
  }

 private:
  std::vector<size_t> parent_;
};

Groups groups_of_copies(const std::vector<SplitItem>& items) {
  Groups groups(items.size());
  groups.join_equal(items, [](const SplitItem& item) -> const std::string& { return item.content_hash; });
  return groups;
}

Split split_of_hash(const std::string& key, const SplitOptions& options) {
  const double u = unit_hash(fmt::format("{}:{}", options.seed, key));
  if (u < options.test_share) return Split::test;
  return u < options.test_share + options.validation_share ? Split::validation : Split::train;
}

/// A name for one item that does not depend on the others.
const std::string& own_key(const SplitItem& item) { return item.content_hash.empty() ? item.id : item.content_hash; }

std::vector<Split> split_randomly(const std::vector<SplitItem>& items, const SplitOptions& options) {
  std::vector<Split> splits;
  for (const SplitItem& item : items) splits.push_back(split_of_hash(own_key(item), options));
  return splits;
}

std::vector<Split> split_by_author(const std::vector<SplitItem>& items, const SplitOptions& options) {
  Groups groups = groups_of_copies(items);
  groups.join_equal(items, [](const SplitItem& item) -> const std::string& { return item.author; });
  // A group is named by its smallest author; only one without authors by its video.
  std::map<size_t, std::pair<bool, std::string>> keys;  // root: (without author, name); authors sort first
  for (size_t i = 0; i < items.size(); ++i) {
    const bool anonymous = items[i].author.empty();
    std::pair<bool, std::string> key{anonymous, anonymous ? own_key(items[i]) : items[i].author};
    const auto [found, is_new] = keys.try_emplace(groups.root(i), key);
    if (!is_new && key < found->second) found->second = key;
  }
  std::vector<Split> splits;
  for (size_t i = 0; i < items.size(); ++i) {
    const auto& [anonymous, name] = keys.at(groups.root(i));
    splits.push_back(split_of_hash((anonymous ? "video:" : "author:") + name, options));
  }
  return splits;
}

std::vector<Split> split_by_time(const std::vector<SplitItem>& items, const SplitOptions& options) {
  std::vector<size_t> order;
  for (size_t i = 0; i < items.size(); ++i)
    if (items[i].posted_unix) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::tie(*items[a].posted_unix, items[a].id) < std::tie(*items[b].posted_unix, items[b].id);
  });
  const auto share_of = [&](double share) {
    return static_cast<size_t>(std::lround(share * static_cast<double>(order.size())));
  };
  const size_t test = share_of(options.test_share),
               held_out = std::min(order.size(), test + share_of(options.validation_share));

  Groups groups = groups_of_copies(items);
  std::map<size_t, Split> split_of_group;
  for (size_t rank = 0; rank < order.size(); ++rank) {
    const size_t behind = order.size() - rank;  // items from here to the latest
    const Split split = behind <= test ? Split::test : behind <= held_out ? Split::validation : Split::train;
    split_of_group.try_emplace(groups.root(order[rank]), split);  // the earliest copy comes first and decides
  }
  std::vector<Split> splits;
  for (size_t i = 0; i < items.size(); ++i) {
    const auto found = split_of_group.find(groups.root(i));
    splits.push_back(found == split_of_group.end() ? Split::train : found->second);
  }
  return splits;
}

void require_field(bool present, const char* what, const char* advice) {
  if (!present) throw Error({.problem = what, .advice = advice}, ErrorKind::usage);
}

}  // namespace

std::string_view name_of(Split split) {
  switch (split) {
    case Split::train:
      return "train";
    case Split::validation:
      return "validation";
    case Split::test:
      return "test";
    case Split::none:
      break;
  }
  return "none";
}

std::string_view name_of(SplitKind kind) {
  switch (kind) {
    case SplitKind::time:
      return "time";
    case SplitKind::author:
      return "author";
    case SplitKind::random:
      break;
  }
  return "random";
}

std::optional<Split> split_from_name(std::string_view name) {
  for (Split split : {Split::none, Split::train, Split::validation, Split::test})
    if (name_of(split) == name) return split;
  return std::nullopt;
}

std::optional<SplitKind> split_kind_from_name(std::string_view name) {
  for (SplitKind kind : {SplitKind::random, SplitKind::time, SplitKind::author})
    if (name_of(kind) == name) return kind;
  return std::nullopt;
}

std::vector<Split> assign_splits(const std::vector<SplitItem>& items, const SplitOptions& options) {
  const double validation = options.validation_share, test = options.test_share;
  if (!(validation >= 0 && test >= 0 && validation + test < 1))
    throw Error({.problem = "validation_share and test_share leave no training split",
                 .expected = "both 0 or more, together below 1",
                 .got = fmt::format("{} and {}", validation, test)},
                ErrorKind::usage);
  if (items.empty()) return {};
  switch (options.kind) {
    case SplitKind::author:
      require_field(std::any_of(items.begin(), items.end(), [](const SplitItem& item) { return !item.author.empty(); }),
                    "no labelled video has an author, so they cannot be split by author",
                    "add \"uploader_id\" to the metadata or use --split random");
      return split_by_author(items, options);
    case SplitKind::time:
      require_field(
          std::any_of(items.begin(), items.end(), [](const SplitItem& item) { return item.posted_unix.has_value(); }),
          "no labelled video has a posting time, so they cannot be split by time",
          "add \"timestamp\" or \"upload_date\" to the metadata or use --split random");
      return split_by_time(items, options);
    case SplitKind::random:
      break;
  }
  return split_randomly(items, options);
}

}  // namespace foreview
