#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/random.h"

// Internal to this folder: which tokens are chosen, given logits (openai/whisper, decoding.py).
namespace foreview {

/// Gives logits after tokens; rows are decoded side by side.
class LogitSource {
 public:
  virtual ~LogitSource() = default;
  virtual int vocabulary() const = 0;
  /// Row i goes on from what row from[i] was, then takes tokens[i]. Returns [rows, vocabulary]; the caller may change
  /// the numbers, which stay valid until the next call.
  virtual std::span<float> step(std::span<const int64_t> from, std::span<const int> tokens) = 0;
};

struct SearchOptions {
  int end_of_text = 0;
  int most_tokens = 224;
  double temperature = 0;
  int rows = 1;  // beams, or independent samples
  bool beam = false;
  double patience = 1;
  double length_penalty = -1;
};

struct SearchResult {
  std::vector<int> tokens;  // without end-of-text
  double sum_logprob = 0;   // with end-of-text when it was reached
  std::vector<float> token_logprobs;
};

/// Changes the logits of a row that has sampled `sampled` so far.
using LogitFilter = std::function<void(std::span<float> logits, std::span<const int> sampled)>;

/// `first`: logits after the start sequence, [vocabulary], the same for all rows; the source stands there with one row.
/// Greedy for temperature 0, else sampled with `random`; the best of the rows by its ranking is returned.
SearchResult sample_tokens(LogitSource& source, std::span<const float> first, const SearchOptions& options,
                           const LogitFilter& filter, Random& random);
SearchResult beam_search(LogitSource& source, std::span<const float> first, const SearchOptions& options,
                         const LogitFilter& filter);

/// Sum of log-probabilities over length, or over Google NMT's penalty.
double ranking_score(double sum_logprob, size_t length, double length_penalty);

}  // namespace foreview
