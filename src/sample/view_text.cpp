#include "sample/view_text.h"

#include <fmt/format.h>

namespace foreview {
namespace {

/// The unit a count is shown in. A count that would round up to a thousand units ("1000.0K") takes the next one.
uint64_t unit_of(uint64_t views) {
  if (views < 10'000) return 1;
  if (views < 999'950) return 1'000;
  if (views < 999'950'000) return 1'000'000;
  return 1'000'000'000;
}

uint64_t tenths(uint64_t views, uint64_t unit) { return (views + unit / 20) / (unit / 10); }

}  // namespace

std::string view_text(uint64_t views) {
  const uint64_t unit = unit_of(views);
  if (unit == 1) return std::to_string(views);
  const uint64_t shown = tenths(views, unit);
  const char letter = unit == 1'000 ? 'K' : unit == 1'000'000 ? 'M' : 'B';
  return fmt::format("{}.{}{}", shown / 10, shown % 10, letter);
}

uint64_t rounded_views(uint64_t views) {
  const uint64_t unit = unit_of(views);
  return unit == 1 ? views : tenths(views, unit) * (unit / 10);
}

}  // namespace foreview
