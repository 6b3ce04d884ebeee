#include "dataset/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "core/text.h"
#include "dataset/fields.h"
#include "foreview/error.h"

namespace foreview {
namespace {

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Few very large values among many small ones: differences between the small ones would not count on the raw scale.
bool is_heavy_tailed(const std::vector<double>& labels) {
  const double mean = std::accumulate(labels.begin(), labels.end(), 0.0) / static_cast<double>(labels.size());
  const double median = median_of(labels), largest = *std::max_element(labels.begin(), labels.end());
  return mean > 2 * median || largest > 20 * median;
}

std::string advice_for(const std::string& name, const std::set<std::string>& fields) {
  if (fields.empty()) return fmt::format("no record has any number; add \"{}\" to the metadata", name);
  const std::vector<std::string> candidates(fields.begin(), fields.end());
  const std::vector<std::string> near = nearest_names(name, candidates);
  if (!near.empty()) return fmt::format("did you mean {}?", join(near, " or "));
  constexpr size_t shown = 12;
  const std::vector<std::string> first(candidates.begin(), candidates.begin() + std::min(shown, candidates.size()));
  return fmt::format("numbers that can be predicted: {}{}", join(first, ", "),
                     candidates.size() > shown ? ", ..." : "");
}

}  // namespace

std::string_view name_of(Transform transform) { return transform == Transform::log1p ? "log1p" : "none"; }

std::optional<TransformChoice> transform_choice_from_name(std::string_view name) {
  if (name == "auto") return TransformChoice::automatic;
  if (name == "none") return TransformChoice::none;
  if (name == "log1p") return TransformChoice::log1p;
  return std::nullopt;
}

double Target::forward(double raw) const { return transform == Transform::log1p ? std::log1p(raw) : raw; }

double Target::inverse(double modelled) const {
  if (transform == Transform::none) return modelled;
  constexpr double largest = 700;  // exp of more is infinite
  return std::max(0.0, std::expm1(std::min(modelled, largest)));
}

Target resolve_target(const std::string& name, TransformChoice choice, const std::vector<double>& train_labels) {
  Target target{.name = name, .transform = Transform::none, .binary = false};
  if (choice == TransformChoice::log1p) target.transform = Transform::log1p;
  if (train_labels.empty()) return target;
  target.binary =
      std::all_of(train_labels.begin(), train_labels.end(), [](double label) { return label == 0 || label == 1; });
  const double smallest = *std::min_element(train_labels.begin(), train_labels.end());
  if (choice == TransformChoice::log1p && smallest < 0)
    throw Error({.problem = fmt::format("{} cannot be modelled as log1p", name),
                 .expected = "labels of 0 or more",
                 .got = fmt::format("{}", smallest),
                 .advice = "use --transform none"},
                ErrorKind::usage);
  if (choice == TransformChoice::automatic && !target.binary && smallest >= 0 && is_heavy_tailed(train_labels))
    target.transform = Transform::log1p;
  return target;
}

std::optional<Quantity> target_value(const Record& record, const std::string& target) {
  if (const auto own = record.number(target)) return own;  // a column may have a slash in its name
  const size_t slash = target.find('/');
  if (slash == target.npos) return std::nullopt;
  const auto above = record.number(target.substr(0, slash)), below = record.number(target.substr(slash + 1));
  if (!above || !below || below->low <= 0 || above->low < 0) return std::nullopt;
  return Quantity{above->value / below->value, above->low / below->high, above->high / below->low};
}

std::string canonical_target(const std::string& target, const std::string& map) {
  const FieldNames names(map);
  const size_t slash = target.find('/');
  if (slash == target.npos) return names.canonical(target);
  return names.canonical(target.substr(0, slash)) + "/" + names.canonical(target.substr(slash + 1));
}

bool TargetCheck::see(const Record& record) {
  found_ = found_ || target_value(record, target_).has_value();
  if (!found_)
    for (const auto& [field, value] : record.numbers) fields_.insert(field);
  return found_;
}

void TargetCheck::require() const {
  if (found_) return;
  std::string missing = target_;
  if (const size_t slash = missing.find('/'); slash != missing.npos)
    missing = fields_.contains(missing.substr(0, slash)) ? missing.substr(slash + 1) : missing.substr(0, slash);
  if (fields_.contains(missing))
    throw Error({.problem = fmt::format("no record has a value for \"{}\"", clean_utf8(target_)),
                 .expected = "both numbers in one record, the second above 0",
                 .advice = "name another --target"},
                ErrorKind::usage);
  throw Error({.problem = fmt::format("no record has a number named \"{}\"", clean_utf8(missing)),
               .advice = advice_for(missing, fields_)},
              ErrorKind::usage);
}

}  // namespace foreview
