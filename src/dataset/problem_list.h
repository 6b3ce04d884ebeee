#pragma once

#include <map>
#include <string>
#include <vector>

#include "dataset/record.h"

// Internal to this folder.
namespace foreview {

/// Shortens and cleans a text of unknown origin for a message.
std::string in_quotes(const std::string& text);
/// A path as text that is safe to print.
std::string shown(const std::filesystem::path& file);

/// Collects problems; of each kind the first 20 are told one by one and the rest as one line with their number.
class ProblemList {
 public:
  /// `rest` is what the others of the kind are called in that line: "videos without a label".
  void add(const std::string& rest, Problem problem, const std::string& scope = {});
  void append(const ProblemList& more);
  std::vector<Problem> take() const;

 private:
  struct Kind {
    std::string rest, scope;
    std::vector<Problem> problems;
    size_t more = 0;
  };
  std::vector<Kind> kinds_;
  std::map<std::string, size_t> index_;
};

}  // namespace foreview
