#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace foreview {

/// What the training labels say about authors: their means, shrunk to the mean of all by as much as the labels
/// within an author scatter (random-effects model, variances by moments).
class AuthorHistory {
 public:
  AuthorHistory() = default;
  /// Parallel vectors; empty authors count for the overall mean alone.
  static AuthorHistory fit(const std::vector<std::string>& authors, const std::vector<double>& labels);

  /// The overall mean for an unknown author.
  double mean_of(const std::string& author) const;
  int count_of(const std::string& author) const;
  bool knows(const std::string& author) const { return count_of(author) > 0; }
  size_t size() const { return authors_.size(); }

  nlohmann::json to_json() const;
  /// Throws nlohmann::json::exception for missing or wrong members.
  static AuthorHistory from_json(const nlohmann::json& json);

 private:
  struct Entry {
    double sum = 0;
    int count = 0;
  };
  std::map<std::string, Entry> authors_;
  double mean_ = 0;
  double prior_rows_ = 1;  ///< labels of this many videos weigh as much as the overall mean
};

}  // namespace foreview
