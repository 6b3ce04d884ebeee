#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace foreview {

enum class Split { none, train, validation, test };
enum class SplitKind { random, time, author, topic };

std::string_view name_of(Split split);
std::string_view name_of(SplitKind kind);
std::optional<Split> split_from_name(std::string_view name);
std::optional<SplitKind> split_kind_from_name(std::string_view name);

struct SplitOptions {
  SplitKind kind = SplitKind::random;
  uint64_t seed = 0;
  double validation_share = 0.15;
  double test_share = 0.20;
  /// 2 or more: the test is fold number `fold` (1 to folds) of so many, and test_share is 1 / folds. Every video is in
  /// the test of exactly one fold.
  int folds = 0;
  int fold = 1;
};

/// What a split needs to know of one labelled video.
struct SplitItem {
  std::string id;
  std::string copies;  ///< equal names (copies and near-duplicates) always get the same split; may be empty
  std::string author;  ///< for SplitKind::author; empty: the video is an author of its own
  std::optional<double> posted_unix;  ///< seconds; for SplitKind::time
  std::string topic;                  ///< for SplitKind::topic; empty: the video is a topic of its own
};

/// Assigns splits in two rounds over the items, so that they need not all be held in memory.
///
/// random, author: by a hash of (seed, group), so adding videos moves none of the old ones; folds by author are of nearly
/// equal size instead. topic: topics in the order
/// of such a hash, the first test_share of them are the test (at least one of three or more), so that a few topics are
/// shared out evenly; adding videos moves none, adding topics may. time: the last test_share by posting time is the
/// test, the validation_share before it the validation; copies go with their earliest copy, and videos without a time
/// are training ones.
class SplitPlan {
 public:
  /// Throws Error{usage} for shares that leave no training split, and for folds by time.
  explicit SplitPlan(const SplitOptions& options);
  ~SplitPlan();

  /// First round: once for each item.
  void see(const SplitItem& item);
  /// Between the rounds. Throws Error{usage} when the kind's field was on no item (no author, no time, no topic).
  void finish();
  /// Second round: the split of an item that was seen.
  Split split_of(const SplitItem& item) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// One split an item, for items in memory.
std::vector<Split> assign_splits(const std::vector<SplitItem>& items, const SplitOptions& options);

}  // namespace foreview
