#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/record.h"

namespace foreview {

enum class Transform { none, log1p };
enum class TransformChoice { automatic, none, log1p };

std::string_view name_of(Transform transform);
std::optional<TransformChoice> transform_choice_from_name(std::string_view name);

/// The number predicted, and the scale it is modelled on.
struct Target {
  std::string name = "view_count";
  Transform transform = Transform::none;
  bool binary = false;  ///< all labels are 0 or 1

  /// Raw to modelled scale and back. log1p expects values >= 0.
  double forward(double raw) const;
  double inverse(double modelled) const;
};

/// automatic: log1p for heavy-tailed non-negative counts (no negative value, and mean above 2 x median or largest above
/// 20 x median), none otherwise and for 0/1 labels. Throws Error{usage} for log1p with negative labels.
Target resolve_target(const std::string& name, TransformChoice choice, const std::vector<double>& train_labels);

/// A record's label: its number named `target`, or for "view_count/channel_follower_count" the ratio of two of them,
/// with the interval that both leave. Absent when one is missing or the divisor may be 0.
std::optional<Quantity> target_value(const Record& record, const std::string& target);

/// The usual names of a target's fields, or those of `map` (see FieldNames): "playCount" is view_count.
std::string canonical_target(const std::string& target, const std::string& map);

/// Whether some record has the target's value.
class TargetCheck {
 public:
  explicit TargetCheck(std::string target) : target_(std::move(target)) {}
  /// True when the record has it: no further one need be seen.
  bool see(const Record& record);
  /// Throws Error{usage} with the nearest numeric field names when no record has a number of that name, or, for a
  /// ratio, none has one of its two.
  void require() const;

 private:
  std::string target_;
  bool found_ = false;
  std::set<std::string> fields_;
};

}  // namespace foreview
