#pragma once

#include <cstddef>
#include <string>

namespace foreview {

/// How far a transcript is from what was said.
struct WordErrors {
  size_t substitutions = 0, deletions = 0, insertions = 0;
  size_t reference_words = 0;

  size_t total() const { return substitutions + deletions + insertions; }
  /// Word error rate: errors a reference word; may exceed 1.
  double rate() const;
  WordErrors& operator+=(const WordErrors& other);
};

/// The fewest substitutions, deletions and insertions of words that turn `reference` into `hypothesis`. Words are runs of
/// ASCII letters, digits and apostrophes, whatever their case.
WordErrors count_word_errors(const std::string& reference, const std::string& hypothesis);

}  // namespace foreview
