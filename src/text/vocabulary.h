#pragma once

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "text/text_terms.h"
#include "text/text_vectorizer.h"

// Terms, their document frequencies and TF-IDF rows. Internal to this folder.
namespace foreview {

/// The terms that count, with their weights.
struct Vocabulary {
  std::vector<std::string> terms;  // sorted by bytes
  std::vector<double> idf;         // [terms]
  bool pairs = true;
  std::unordered_map<std::string, int> index_of;  // term to its place in `terms`

  /// Fills index_of; false when a term is there twice.
  bool make_index();
  /// Row of length 1, or empty when no term is known.
  SparseRow weigh(const std::string& text) const;
  /// The same, as long as the terms are many.
  SparseRow weigh_terms(const std::vector<std::string>& terms) const;
};

/// Neighbours joined by a space.
std::vector<std::string> pairs_of(const std::vector<std::string>& words);

/// Words, and their pairs.
std::vector<std::string> terms_of(const std::string& text, bool pairs);

/// Pieces of words, 3 to 5 characters (code points) long; a blank marks a word's ends.
std::vector<std::string> pieces_of(const std::string& text);

/// The terms of the most documents within the limits; among equals the first in byte order.
Vocabulary fit_vocabulary(const std::vector<std::vector<std::string>>& documents,
                          const TextVectorizer::Options& options);

}  // namespace foreview
