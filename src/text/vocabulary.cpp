#include "text/vocabulary.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_set>

namespace foreview {

bool Vocabulary::make_index() {
  index_of.clear();
  for (size_t i = 0; i < terms.size(); ++i) {
    if (!index_of.emplace(terms[i], static_cast<int>(i)).second) return false;
  }
  return true;
}

SparseRow Vocabulary::weigh(const std::string& text) const {
  SparseRow row = weigh_terms(terms_of(text, pairs));
  double squares = 0;
  for (const auto& [index, value] : row) squares += value * value;
  for (auto& [index, value] : row) value /= std::sqrt(squares);
  return row;
}

SparseRow Vocabulary::weigh_terms(const std::vector<std::string>& terms) const {
  std::map<int, double> counts;
  for (const std::string& term : terms) {
    if (const auto found = index_of.find(term); found != index_of.end()) counts[found->second] += 1;
  }
  SparseRow row(counts.begin(), counts.end());
  for (auto& [index, value] : row) value = (1 + std::log(value)) * idf[index];
  return row;
}

std::vector<std::string> pairs_of(const std::vector<std::string>& words) {
  std::vector<std::string> pairs;
  for (size_t i = 1; i < words.size(); ++i) pairs.push_back(words[i - 1] + " " + words[i]);
  return pairs;
}

std::vector<std::string> terms_of(const std::string& text, bool pairs) {
  std::vector<std::string> terms = words_of(text);
  if (!pairs) return terms;
  const std::vector<std::string> joined = pairs_of(terms);
  terms.insert(terms.end(), joined.begin(), joined.end());
  return terms;
}

std::vector<std::string> pieces_of(const std::string& text) {
  constexpr size_t shortest = 3, longest = 5;
  std::vector<std::string> pieces;
  for (const std::string& word : words_of(text)) {
    const std::string marked = " " + word + " ";
    std::vector<size_t> starts;  // bytes
    for (size_t i = 0; i < marked.size(); ++i)
      if ((static_cast<unsigned char>(marked[i]) & 0xC0) != 0x80) starts.push_back(i);
    starts.push_back(marked.size());
    const size_t characters = starts.size() - 1;
    for (size_t first = 0; first < characters; ++first)
      for (size_t size = shortest; size <= longest && first + size <= characters; ++size)
        pieces.push_back(marked.substr(starts[first], starts[first + size] - starts[first]));
  }
  return pieces;
}

Vocabulary fit_vocabulary(const std::vector<std::vector<std::string>>& documents,
                          const TextVectorizer::Options& options) {
  std::unordered_map<std::string, int> document_counts;
  for (const std::vector<std::string>& document : documents) {
    for (const std::string& term : std::unordered_set<std::string>(document.begin(), document.end())) {
      ++document_counts[term];
    }
  }
  const double most = options.max_document_share * static_cast<double>(documents.size());
  std::vector<std::pair<std::string, int>> kept;
  for (const auto& [term, count] : document_counts) {
    if (count >= options.min_documents && count <= most) kept.emplace_back(term, count);
  }
  std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  kept.resize(std::min(kept.size(), static_cast<size_t>(std::max(0, options.most_words))));
  std::sort(kept.begin(), kept.end());

  Vocabulary vocabulary{.terms = {}, .idf = {}, .pairs = options.pairs, .index_of = {}};
  for (const auto& [term, count] : kept) {
    vocabulary.terms.push_back(term);
    vocabulary.idf.push_back(std::log((1.0 + documents.size()) / (1.0 + count)) + 1);
  }
  vocabulary.make_index();
  return vocabulary;
}

}  // namespace foreview
