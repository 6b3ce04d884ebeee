#pragma once

#include <cstdint>
#include <string>

namespace foreview {

/// A count as the site shows it: "1635" in full below 10,000, then "177.6K", "21.1M", "1.2B" rounded to one decimal.
std::string view_text(uint64_t views);
/// The count that view_text leaves of `views`: 21,149,000 gives 21,100,000.
uint64_t rounded_views(uint64_t views);

}  // namespace foreview
