#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace foreview {

/// A site's robots.txt for one crawler (RFC 9309): the groups that name it, else the groups for "*".
class RobotsRules {
 public:
  /// No rule: all is allowed.
  RobotsRules() = default;
  /// `crawler` is the product token, as in "foreview". Only the first 500 KiB are looked at (RFC 9309, 2.5).
  static RobotsRules parse(std::string_view text, std::string_view crawler);
  /// For a robots.txt that cannot be reached (RFC 9309, 2.3.1.4).
  static RobotsRules nothing_allowed();

  /// Whether `target` (path and query) may be asked for: the longest matching rule decides, of equal ones "allow".
  bool allows(std::string_view target) const;
  /// The rule that forbids `target`, as written; for messages.
  std::string rule_against(std::string_view target) const;
  /// Seconds between requests, where the group asks for them (not in the RFC, but widely written).
  std::optional<double> crawl_delay() const { return crawl_delay_; }

 private:
  struct Rule {
    bool allow = false;
    std::string pattern;  // percent-encoding made even
  };
  const Rule* deciding_rule(std::string_view target) const;

  std::vector<Rule> rules_;
  std::optional<double> crawl_delay_;
};

}  // namespace foreview
