#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace foreview {

/// R² of a single column, out of sample, from which on it is taken for a likely leak.
inline constexpr double kSuspiciousSignal = 0.5;

/// How much one column tells of a label by itself, out of sample: R² of the mean label of the column's 20 quantile bins
/// (numbers) or of its values (texts), over 5 folds. A column made from the label, however noisily, stands out, and so
/// does one that exists only after the outcome. NaN rows are passed over. Absent below 40 rows or for constant labels.
std::optional<double> number_signal(std::span<const double> column, std::span<const double> labels, uint64_t seed);
/// The same for a column of texts; absent, too, when nearly every row has a text of its own.
std::optional<double> text_signal(const std::vector<std::string>& column, std::span<const double> labels,
                                  uint64_t seed);

}  // namespace foreview
