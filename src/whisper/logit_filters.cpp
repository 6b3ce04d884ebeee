#include "whisper/logit_filters.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "whisper/row_kernels.h"

namespace foreview {
namespace {

constexpr float forbidden = -std::numeric_limits<float>::infinity();

void forbid(std::span<float> logits, size_t first, size_t last) {
  last = std::min(last, logits.size());
  if (first < last)
    std::fill(logits.begin() + static_cast<std::ptrdiff_t>(first), logits.begin() + static_cast<std::ptrdiff_t>(last),
              forbidden);
}

void keep_pairs(std::span<float> logits, std::span<const int> sampled, const TimestampRules& rules) {
  const auto is_timestamp = [&](int token) { return token >= rules.timestamp_begin; };
  const size_t n = sampled.size();
  const bool last = n >= 1 && is_timestamp(sampled[n - 1]);
  const bool before_last = n < 2 || is_timestamp(sampled[n - 2]);
  if (last && before_last) forbid(logits, rules.timestamp_begin, logits.size());  // a pair is complete: text follows
  if (last && !before_last) forbid(logits, 0, rules.end_of_text);                 // a segment has ended: no text

  const auto latest = std::find_if(sampled.rbegin(), sampled.rend(), is_timestamp);
  if (latest == sampled.rend()) return;
  // A segment may begin where the last one ended, but has to last.
  const int least = last && !before_last ? *latest : *latest + 1;
  forbid(logits, rules.timestamp_begin, least);
}

}  // namespace

double log_sum_exp(std::span<const float> values) {
  if (values.empty()) return -INFINITY;
  const float most = *std::max_element(values.begin(), values.end());
  if (most == forbidden) return -INFINITY;
  return most + std::log(sum_of_exponentials(values.data(), static_cast<int64_t>(values.size()), most));
}

void suppress_blank(std::span<float> logits, std::span<const int> sampled, std::span<const int> begin_suppress_tokens) {
  if (sampled.empty()) suppress_tokens(logits, begin_suppress_tokens);
}

void suppress_tokens(std::span<float> logits, std::span<const int> tokens) {
  for (const int token : tokens)
    if (token >= 0 && static_cast<size_t>(token) < logits.size()) logits[token] = forbidden;
}

void apply_timestamp_rules(std::span<float> logits, std::span<const int> sampled, const TimestampRules& rules) {
  logits[rules.no_timestamps] = forbidden;
  keep_pairs(logits, sampled, rules);
  if (sampled.empty()) {
    forbid(logits, 0, rules.timestamp_begin);
    if (rules.max_initial_index >= 0)
      forbid(logits, rules.timestamp_begin + rules.max_initial_index + 1, logits.size());
  }
  const auto text = logits.first(rules.timestamp_begin);
  if (log_sum_exp(logits.subspan(rules.timestamp_begin)) > *std::max_element(text.begin(), text.end()))
    forbid(logits, 0, rules.timestamp_begin);
}

}  // namespace foreview
