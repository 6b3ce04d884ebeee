#pragma once

#include <string>
#include <vector>

namespace foreview {

/// What is to be said of many files at the end of a stage: each by itself when they are few, else grouped by what is
/// said, the most frequent first, with some names.
class ReasonList {
 public:
  void add(const std::string& file, const std::string& reason);
  bool empty() const { return said_.empty(); }
  size_t size() const { return said_.size(); }
  /// One line each, sorted by file.
  std::vector<std::string> lines() const;

 private:
  struct Said {
    std::string file, reason;
  };
  std::vector<Said> said_;
};

}  // namespace foreview
