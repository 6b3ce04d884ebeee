#include "dataset/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "core/hash.h"
#include "dataset/named_groups.h"
#include "foreview/error.h"

namespace foreview {
namespace {

/// A name for one item that does not depend on the others.
const std::string& own_key(const SplitItem& item) { return item.copies.empty() ? item.id : item.copies; }

/// Where in the order of time an item stands. Equal times are ordered by the id.
using Moment = std::pair<double, std::string>;

Moment moment_of(const SplitItem& item) { return {*item.posted_unix, item.id}; }

void check_shares(const SplitOptions& options) {
  if (options.folds >= 2 && options.kind == SplitKind::time)
    throw Error({.problem = "a split by time has one past and one future, no folds",
                 .advice = "use --folds with --split random, author or topic"},
                ErrorKind::usage);
  const double validation = options.validation_share, test = options.test_share;
  if (!(validation >= 0 && test >= 0 && validation + test < 1))
    throw Error({.problem = "validation_share and test_share leave no training split",
                 .expected = "both 0 or more, together below 1",
                 .got = fmt::format("{} and {}", validation, test)},
                ErrorKind::usage);
}

void require_field(bool present, const char* what, const char* advice) {
  if (!present) throw Error({.problem = what, .advice = advice}, ErrorKind::usage);
}

}  // namespace

struct SplitPlan::Impl {
  SplitOptions options;
  bool any_label = false, any_item = false;  // any_label: of the kind's field

  // author, topic: which of them belong together because they share copies of a video.
  NamedGroups groups;
  std::map<std::string, size_t> author_rows;   // folds by author: videos of each
  std::map<std::string, int> fold_of_authors;  // of each group of them, from 1
  std::set<std::string> topics;
  std::map<std::string, Split> split_of_topic;

  // time
  std::vector<Moment> moments;
  std::map<std::string, Moment> earliest_copy;
  Moment first_validation{std::numeric_limits<double>::infinity(), ""}, first_test = first_validation;

  double test_share() const { return options.folds >= 2 ? 1.0 / options.folds : options.test_share; }

  /// By a number in [0, 1) that is even over groups. The test is cut out at its fold's place, the validation follows
  /// it.
  Split split_at(double u) const {
    const double start = options.folds >= 2 ? (options.fold - 1) * test_share() : 0;
    const double from_start = u >= start ? u - start : u - start + 1;
    if (from_start < test_share()) return Split::test;
    return from_start < test_share() + options.validation_share ? Split::validation : Split::train;
  }
  Split split_of_key(const std::string& key) const {
    return split_at(unit_hash(fmt::format("{}:{}", options.seed, key)));
  }

  /// What an item is grouped by: its author or topic (sorted before), else the video itself.
  std::string label_of(const SplitItem& item) const {
    const std::string& name = options.kind == SplitKind::topic ? item.topic : item.author;
    return name.empty() ? "video:" + own_key(item) : "author:" + name;
  }
  std::string group_of(const SplitItem& item) const { return groups.name_of(label_of(item)); }

  void rank_topics() {
    std::vector<std::pair<double, std::string>> order;
    for (const std::string& topic : topics)
      order.emplace_back(unit_hash(fmt::format("{}:{}", options.seed, topic)), topic);
    std::sort(order.begin(), order.end());
    for (size_t i = 0; i < order.size(); ++i)
      split_of_topic[order[i].second] = split_at((static_cast<double>(i) + 0.5) / static_cast<double>(order.size()));
  }

  /// Few authors with many videos each would give folds of very different sizes by a hash: the largest group first, each
  /// into the fold that is smallest so far.
  void balance_folds() {
    std::map<std::string, size_t> rows_of_group;
    for (const auto& [author, rows] : author_rows) rows_of_group[groups.name_of(author)] += rows;
    std::vector<std::tuple<size_t, double, std::string>> order;
    for (const auto& [name, rows] : rows_of_group)
      order.emplace_back(rows, unit_hash(fmt::format("{}:{}", options.seed, name)), name);
    std::sort(order.rbegin(), order.rend());
    std::vector<size_t> sizes(static_cast<size_t>(options.folds), 0);
    for (const auto& [rows, hash, name] : order) {
      const auto smallest = std::min_element(sizes.begin(), sizes.end()) - sizes.begin();
      sizes[static_cast<size_t>(smallest)] += rows;
      fold_of_authors[name] = static_cast<int>(smallest) + 1;
    }
  }

  Split split_in_folds(const std::string& group) const {
    const auto fold = fold_of_authors.find(group);
    if (fold != fold_of_authors.end() && fold->second == options.fold) return Split::test;
    const double u = unit_hash(fmt::format("{}:validation:{}", options.seed, group));
    return u * (1 - test_share()) < options.validation_share ? Split::validation : Split::train;
  }

  void find_boundaries() {
    std::sort(moments.begin(), moments.end());
    const auto share_of = [&](double share) {
      return static_cast<size_t>(std::lround(share * static_cast<double>(moments.size())));
    };
    const size_t test = share_of(options.test_share),
                 held_out = std::min(moments.size(), test + share_of(options.validation_share));
    if (test > 0) first_test = moments[moments.size() - test];
    if (held_out > test) first_validation = moments[moments.size() - held_out];
  }

  Split split_by_time(const SplitItem& item) const {
    std::optional<Moment> moment;
    if (item.posted_unix) moment = moment_of(item);
    const auto copy = earliest_copy.find(item.copies);
    if (!item.copies.empty() && copy != earliest_copy.end()) moment = copy->second;
    if (!moment) return Split::train;
    if (*moment >= first_test) return Split::test;
    return *moment >= first_validation ? Split::validation : Split::train;
  }
};

SplitPlan::SplitPlan(const SplitOptions& options) : impl_(std::make_unique<Impl>()) {
  check_shares(options);
  impl_->options = options;
}

SplitPlan::~SplitPlan() = default;

void SplitPlan::see(const SplitItem& item) {
  Impl& plan = *impl_;
  plan.any_item = true;
  switch (plan.options.kind) {
    case SplitKind::random:
      return;
    case SplitKind::time:
      if (!item.posted_unix) return;
      plan.any_label = true;
      plan.moments.push_back(moment_of(item));
      if (!item.copies.empty()) {
        const auto [copy, is_new] = plan.earliest_copy.try_emplace(item.copies, moment_of(item));
        if (!is_new) copy->second = std::min(copy->second, moment_of(item));
      }
      return;
    case SplitKind::author:
    case SplitKind::topic:
      plan.any_label = plan.any_label || !(plan.options.kind == SplitKind::topic ? item.topic : item.author).empty();
      if (!item.copies.empty()) plan.groups.join(plan.label_of(item), "video:" + item.copies);
      if (plan.options.kind == SplitKind::topic) plan.topics.insert(plan.label_of(item));
      if (plan.options.kind == SplitKind::author && plan.options.folds >= 2) ++plan.author_rows[plan.label_of(item)];
  }
}

void SplitPlan::finish() {
  Impl& plan = *impl_;
  if (!plan.any_item) return;
  if (plan.options.kind == SplitKind::author) {
    require_field(plan.any_label, "no labelled video has an author, so they cannot be split by author",
                  "add \"uploader_id\" to the metadata or use --split random");
    if (plan.options.folds >= 2) plan.balance_folds();
  }
  if (plan.options.kind == SplitKind::time) {
    require_field(plan.any_label, "no labelled video has a posting time, so they cannot be split by time",
                  "add \"timestamp\" or \"upload_date\" to the metadata or use --split random");
    plan.find_boundaries();
  }
  if (plan.options.kind == SplitKind::topic) {
    require_field(plan.any_label, "no labelled video has a topic, so they cannot be split by topic",
                  "add \"topic\" to the metadata or use --split random");
    std::set<std::string> names;
    for (const std::string& topic : plan.topics) names.insert(plan.groups.name_of(topic));
    plan.topics = std::move(names);
    plan.rank_topics();
  }
}

Split SplitPlan::split_of(const SplitItem& item) const {
  const Impl& plan = *impl_;
  switch (plan.options.kind) {
    case SplitKind::time:
      return plan.split_by_time(item);
    case SplitKind::topic: {
      const auto found = plan.split_of_topic.find(plan.group_of(item));
      return found == plan.split_of_topic.end() ? Split::train : found->second;
    }
    case SplitKind::author:
      if (plan.options.folds >= 2) return plan.split_in_folds(plan.group_of(item));
      return plan.split_of_key(plan.group_of(item));
    case SplitKind::random:
      break;
  }
  return plan.split_of_key(own_key(item));
}

std::vector<Split> assign_splits(const std::vector<SplitItem>& items, const SplitOptions& options) {
  SplitPlan plan(options);
  for (const SplitItem& item : items) plan.see(item);
  plan.finish();
  std::vector<Split> splits;
  for (const SplitItem& item : items) splits.push_back(plan.split_of(item));
  return splits;
}

}  // namespace foreview
