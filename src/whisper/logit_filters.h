#pragma once

#include <span>
#include <vector>

// Internal to this folder: what the decoder may say next (openai/whisper, decoding.py, class LogitFilter). -inf
// forbids.
namespace foreview {

/// At the first step neither blank nor end-of-text.
void suppress_blank(std::span<float> logits, std::span<const int> sampled, std::span<const int> begin_suppress_tokens);

void suppress_tokens(std::span<float> logits, std::span<const int> tokens);

struct TimestampRules {
  int end_of_text, no_timestamps, timestamp_begin;
  int max_initial_index = 50;  // timestamps of 0.02 s; negative: any
};

/// Timestamps come first, in pairs (but before end-of-text), never go back, and win whenever together they are
/// likelier than any text token. `sampled`: the tokens so far, without the start sequence.
void apply_timestamp_rules(std::span<float> logits, std::span<const int> sampled, const TimestampRules& rules);

/// log(sum(exp(values))); -inf when all are.
double log_sum_exp(std::span<const float> values);

}  // namespace foreview
