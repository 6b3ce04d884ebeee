#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace foreview {

enum class Split { none, train, validation, test };
enum class SplitKind { random, time, author };

std::string_view name_of(Split split);
std::string_view name_of(SplitKind kind);
std::optional<Split> split_from_name(std::string_view name);
std::optional<SplitKind> split_kind_from_name(std::string_view name);

struct SplitOptions {
  SplitKind kind = SplitKind::random;
  uint64_t seed = 0;
  double validation_share = 0.15;
  double test_share = 0.20;
};

/// What a split needs to know of one labelled video.
struct SplitItem {
  std::string id;
  std::string content_hash;           ///< equal hashes (copies) always get the same split; may be empty
  std::string author;                 ///< for SplitKind::author; empty: the video is an author of its own
  std::optional<double> posted_unix;  ///< seconds; for SplitKind::time
};

/// One split an item. random and author: by a hash of (seed, group), so adding videos moves none of the old ones.
/// time: the last test_share by posting time is the test, the validation_share before it the validation; copies go with
/// their earliest copy, and videos without a time are training ones.
/// Throws Error{usage} when a kind lacks its field on every item (no author, no time).
std::vector<Split> assign_splits(const std::vector<SplitItem>& items, const SplitOptions& options);

}  // namespace foreview
