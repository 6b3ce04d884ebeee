#include "whisper/token_search.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "whisper/logit_filters.h"

namespace foreview {
namespace {

/// A row of tokens with the sum of their log-probabilities.
struct Hypothesis {
  std::vector<int> tokens;
  double sum = 0;
  std::vector<float> logprobs;
  bool ended = false;
};

int sample(std::span<const float> logits, double temperature, Random& random) {
  const float most = *std::max_element(logits.begin(), logits.end());
  std::vector<double> weights(logits.size());
  for (size_t i = 0; i < logits.size(); ++i) weights[i] = std::exp((logits[i] - most) / temperature);
  double left = random.uniform() * std::accumulate(weights.begin(), weights.end(), 0.0);
  for (size_t i = 0; i < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0 && weights[i] > 0) return static_cast<int>(i);
  }
  return static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

const Hypothesis& best_of(const std::vector<Hypothesis>& rows, double length_penalty) {
  return *std::max_element(rows.begin(), rows.end(), [&](const Hypothesis& a, const Hypothesis& b) {
    return ranking_score(a.sum, a.tokens.size(), length_penalty) <
           ranking_score(b.sum, b.tokens.size(), length_penalty);
  });
}

/// The tokens with the largest logits, best first.
std::vector<int> top(std::span<const float> logits, size_t count) {
  std::vector<int> ids;
  for (size_t i = 0; i < logits.size(); ++i) {
    if (ids.size() == count && logits[i] <= logits[ids.back()]) continue;
    const auto place = std::find_if(ids.begin(), ids.end(), [&](int id) { return logits[i] > logits[id]; });
    ids.insert(place, static_cast<int>(i));
    if (ids.size() > count) ids.pop_back();
  }
  return ids;
}

// One candidate continuation of a beam.
struct Candidate {
  double sum;
  int64_t from;
};

class BeamSearch {
 public:
  BeamSearch(const SearchOptions& options, const LogitFilter& filter) : options_(options), filter_(filter) {
    beams_.emplace_back();
    most_finished_ = static_cast<size_t>(std::max(1.0, std::nearbyint(options.rows * options.patience)));
  }

  /// logits: [beams, vocabulary]. Returns whether enough sequences have ended.
  bool advance(std::span<float> logits, size_t vocabulary) {
    std::map<std::vector<int>, Candidate> candidates;  // the same tokens by two ways count once
    for (size_t i = 0; i < beams_.size(); ++i) {
      const std::span<float> row = logits.subspan(i * vocabulary, vocabulary);
      filter_(row, beams_[i].tokens);
      const double total = log_sum_exp(row);
      for (const int token : top(row, static_cast<size_t>(options_.rows) + 1)) {
        std::vector<int> tokens = beams_[i].tokens;
        tokens.push_back(token);
        candidates[std::move(tokens)] = {beams_[i].sum + (row[token] - total), static_cast<int64_t>(i)};
      }
    }
    keep_best(candidates);
    return finished_.size() >= most_finished_;
  }

  const std::vector<int64_t>& from() const { return from_; }
  std::vector<int> last_tokens() const {
    std::vector<int> tokens;
    for (const Hypothesis& beam : beams_) tokens.push_back(beam.tokens.back());
    return tokens;
  }

  SearchResult result() {
    std::sort(beams_.begin(), beams_.end(), [](const auto& a, const auto& b) { return a.sum > b.sum; });
    for (const Hypothesis& beam : beams_)
      if (finished_.size() < static_cast<size_t>(options_.rows)) finished_.push_back(beam);
    const Hypothesis& best = best_of(finished_, options_.length_penalty);
    return {best.tokens, best.sum, {}};
  }

 private:
  void keep_best(const std::map<std::vector<int>, Candidate>& candidates) {
    std::vector<std::pair<std::vector<int>, Candidate>> sorted(candidates.begin(), candidates.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.second.sum > b.second.sum; });
    beams_.clear();
    from_.clear();
    for (auto& [tokens, candidate] : sorted) {
      if (tokens.back() == options_.end_of_text) {
        tokens.pop_back();
        if (finished_.size() < most_finished_) finished_.push_back({std::move(tokens), candidate.sum, {}, true});
        continue;
      }
      beams_.push_back({std::move(tokens), candidate.sum, {}, false});
      from_.push_back(candidate.from);
      if (beams_.size() == static_cast<size_t>(options_.rows)) break;
    }
  }

  const SearchOptions& options_;
  const LogitFilter& filter_;
  size_t most_finished_;
  std::vector<Hypothesis> beams_, finished_;
  std::vector<int64_t> from_;
};

}  // namespace

double ranking_score(double sum_logprob, size_t length, double length_penalty) {
  if (length_penalty >= 0) return sum_logprob / std::pow((5.0 + static_cast<double>(length)) / 6, length_penalty);
  return sum_logprob / static_cast<double>(std::max<size_t>(length, 1));
}

SearchResult sample_tokens(LogitSource& source, std::span<const float> first, const SearchOptions& options,
                           const LogitFilter& filter, Random& random) {
  const auto vocabulary = static_cast<size_t>(source.vocabulary());
  const auto rows = static_cast<size_t>(options.temperature > 0 ? options.rows : 1);
  std::vector<Hypothesis> hypotheses(rows);
  std::vector<float> start;
  for (size_t i = 0; i < rows; ++i) start.insert(start.end(), first.begin(), first.end());
  std::span<float> logits = start;
  std::vector<int64_t> from(rows, 0);
  for (int step = 0; step < options.most_tokens; ++step) {
    std::vector<int> next;
    for (size_t i = 0; i < rows; ++i) {
      Hypothesis& row = hypotheses[i];
      const std::span<float> mine = logits.subspan(i * vocabulary, vocabulary);
      next.push_back(options.end_of_text);
      if (row.ended) continue;
      filter(mine, row.tokens);
      const int token = options.temperature > 0
                            ? sample(mine, options.temperature, random)
                            : static_cast<int>(std::max_element(mine.begin(), mine.end()) - mine.begin());
      row.logprobs.push_back(static_cast<float>(mine[token] - log_sum_exp(mine)));
      row.sum += row.logprobs.back();
      row.ended = token == options.end_of_text;
      if (!row.ended) row.tokens.push_back(token);
      next.back() = token;
    }
    if (step + 1 == options.most_tokens ||
        std::all_of(hypotheses.begin(), hypotheses.end(), [](const Hypothesis& row) { return row.ended; }))
      break;
    logits = source.step(from, next);
    std::iota(from.begin(), from.end(), 0);
  }
  const Hypothesis& best = best_of(hypotheses, options.length_penalty);
  return {best.tokens, best.sum, best.logprobs};
}

SearchResult beam_search(LogitSource& source, std::span<const float> first, const SearchOptions& options,
                         const LogitFilter& filter) {
  const auto vocabulary = static_cast<size_t>(source.vocabulary());
  std::vector<float> start(first.begin(), first.end());
  BeamSearch search(options, filter);
  bool complete = search.advance(start, vocabulary);
  for (int step = 1; step < options.most_tokens && !complete && !search.from().empty(); ++step)
    complete = search.advance(source.step(search.from(), search.last_tokens()), vocabulary);
  return search.result();
}

}  // namespace foreview
