#include <algorithm>
#include <string>

#include "regression/gaussian_process.h"
#include "regression/stored_values.h"

namespace foreview {
namespace {

void store_rows(const std::string& prefix, const std::vector<SparseRow>& rows, SafetensorsFile& into) {
  std::vector<double> ends, columns, values;
  for (const SparseRow& row : rows) {
    for (const auto& [column, value] : row) columns.push_back(column), values.push_back(value);
    ends.push_back(static_cast<double>(columns.size()));
  }
  store_vector(prefix + "ends", ends, into);
  store_vector(prefix + "columns", columns, into);
  store_vector(prefix + "values", values, into);
}

std::vector<SparseRow> restore_rows(const std::string& prefix, const SafetensorsFile& from, size_t count) {
  const std::vector<double> ends = restore_vector(prefix + "ends", from, count),
                            columns = restore_vector(prefix + "columns", from),
                            values = restore_vector(prefix + "values", from, columns.size());
  std::vector<SparseRow> rows(count);
  size_t at = 0;
  for (size_t row = 0; row < count; ++row)
    for (; at < columns.size() && static_cast<double>(at) < ends[row]; ++at)
      rows[row].emplace_back(static_cast<int>(std::clamp(columns[at], 0.0, 1e9)), values[at]);
  require_size(prefix + "ends", at, columns.size(), from);
  return rows;
}

}  // namespace

void GaussianProcess::store(const std::string& prefix, SafetensorsFile& into) const {
  store_vector(prefix + "mean", mean_, into);
  store_vector(prefix + "scale", scale_, into);
  store_vector(prefix + "inverse_length", inverse_length_, into);
  store_matrix(prefix + "supports", supports_, into);
  store_vector(prefix + "support_weights", support_weights_, into);
  store_vector(prefix + "product_weights", product_weights_, into);
  store_vector(prefix + "turn_stretch", turn_stretch_, into);
  store_rows(prefix + "support_words.", support_words_, into);
  store_vector(prefix + "linear", linear_, into);
  store_vector(prefix + "text_linear", text_linear_, into);
  store_vector(prefix + "text_ends", {lengths_.ends().begin(), lengths_.ends().end()}, into);
  store_vector(prefix + "usual_lengths", lengths_.centres(), into);
  store_vector(prefix + "longest_lengths", lengths_.longest(), into);
  store_vector(prefix + "exponents", exponents_, into);
  store_vector(prefix + "noise", noise_, into);
  store_vector(prefix + "intercept", {intercept_}, into);
}

GaussianProcess GaussianProcess::restore(const std::string& prefix, const SafetensorsFile& from, size_t columns,
                                         size_t text_columns) {
  GaussianProcess process;
  process.mean_ = restore_vector(prefix + "mean", from, columns);
  process.scale_ = restore_vector(prefix + "scale", from, columns);
  process.inverse_length_ = restore_vector(prefix + "inverse_length", from, columns);
  process.supports_ = restore_matrix(prefix + "supports", from);
  require_size(prefix + "supports", process.supports_.cols, columns, from);
  process.support_weights_ = restore_vector(prefix + "support_weights", from, process.supports_.rows);
  process.product_weights_ = restore_vector(prefix + "product_weights", from, process.supports_.rows);
  process.turn_stretch_ = restore_vector(prefix + "turn_stretch", from, columns);
  process.support_words_ = restore_rows(prefix + "support_words.", from, process.supports_.rows);
  process.linear_ = restore_vector(prefix + "linear", from, columns);
  process.text_linear_ = restore_vector(prefix + "text_linear", from, text_columns);
  const std::vector<double> ends = restore_vector(prefix + "text_ends", from);
  require_size(prefix + "text_ends", ends.empty() ? 0 : static_cast<size_t>(std::clamp(ends.back(), 0.0, 1e9)),
               text_columns, from);
  process.lengths_ =
      TextLengths({ends.begin(), ends.end()}, restore_vector(prefix + "usual_lengths", from, ends.size()),
                  restore_vector(prefix + "longest_lengths", from, ends.size()));
  process.exponents_ = restore_vector(prefix + "exponents", from, ends.size());
  process.noise_ = restore_vector(prefix + "noise", from, 1 + columns);
  process.intercept_ = restore_vector(prefix + "intercept", from, 1)[0];
  process.measure_supports();
  return process;
}

}  // namespace foreview
