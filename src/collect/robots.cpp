#include "collect/robots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "core/text.h"

namespace foreview {
namespace {

constexpr size_t largest_file = 500 * 1024;  // bytes, RFC 9309, 2.5

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const size_t first = text.find_first_not_of(blanks);
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// One spelling for each octet (RFC 9309, 2.2.2): bytes beyond ASCII as %XX, %XX of unreserved characters as these.
std::string even_encoding(std::string_view text) {
  std::string even;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    unsigned decoded = 0;
    if (byte == '%' && i + 2 < text.size() &&
        std::from_chars(&text[i + 1], &text[i + 1] + 2, decoded, 16).ptr == &text[i + 1] + 2) {
      const bool unreserved = decoded < 0x80 && (std::isalnum(static_cast<int>(decoded)) || decoded == '-' ||
                                                 decoded == '.' || decoded == '_' || decoded == '~');
      even += unreserved ? std::string(1, static_cast<char>(decoded)) : fmt::format("%{:02X}", decoded);
      i += 2;
    } else if (byte >= 0x80 || byte <= ' ') {
      even += fmt::format("%{:02X}", byte);
    } else {
      even += static_cast<char>(byte);
    }
  }
  return even;
}

/// Whether `pattern` with "*" (any characters) and "$" at its end (the end) matches from the start of `target`. Linear
/// in practice: a star that has been passed is never returned to but the last.
bool matches(std::string_view pattern, std::string_view target) {
  const bool anchored = pattern.ends_with('$');
  if (anchored) pattern.remove_suffix(1);
  size_t p = 0, t = 0, star = pattern.npos, star_target = 0;
  for (;;) {
    if (p == pattern.size() && (!anchored || t == target.size())) return true;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_target = t;
    } else if (p < pattern.size() && t < target.size() && pattern[p] == target[t]) {
      ++p, ++t;
    } else if (star != pattern.npos && star_target < target.size()) {
      p = star + 1;
      t = ++star_target;
    } else {
      return false;
    }
  }
}

/// Group members: consecutive user-agent lines open a group, any rule closes the list of names.
struct Group {
  std::vector<std::string> agents;
  std::vector<std::pair<bool, std::string>> rules;  // allow, path
  std::optional<double> delay;
};

/// The product token that a user-agent line begins with.
std::string token_of(std::string_view value) {
  const auto is_token = [](unsigned char c) { return std::isalpha(c) || c == '-' || c == '_'; };
  if (value.starts_with('*')) return "*";
  return lower_ascii(
      value.substr(0, static_cast<size_t>(std::find_if_not(value.begin(), value.end(), is_token) - value.begin())));
}

std::vector<Group> groups_in(std::string_view text) {
  std::vector<Group> groups;
  bool naming = false;
  for (const std::string& whole : split_text(text, '\n')) {
    std::string_view line = whole;
    line = trimmed(line.substr(0, line.find('#')));
    const size_t colon = line.find(':');
    if (colon == line.npos) continue;
    const std::string key = lower_ascii(trimmed(line.substr(0, colon)));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (key == "user-agent") {
      if (!naming) groups.emplace_back();
      groups.back().agents.push_back(token_of(value));
      naming = true;
    } else if (key == "allow" || key == "disallow" || key == "crawl-delay") {
      naming = false;
      if (groups.empty()) continue;
      if (key != "crawl-delay") {
        if (!value.empty()) groups.back().rules.emplace_back(key == "allow", even_encoding(value));
        continue;
      }
      double seconds = 0;
      const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), seconds);
      if (problem == std::errc() && std::isfinite(seconds) && seconds >= 0) groups.back().delay = seconds;
    }
  }
  return groups;
}

bool names(const Group& group, const std::string& agent) {
  return std::find(group.agents.begin(), group.agents.end(), agent) != group.agents.end();
}

}  // namespace

RobotsRules RobotsRules::parse(std::string_view text, std::string_view crawler) {
  text = text.substr(0, largest_file);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::string even_ends(text);
  std::replace(even_ends.begin(), even_ends.end(), '\r', '\n');
  const std::vector<Group> groups = groups_in(even_ends);
  std::string agent = lower_ascii(crawler);
  if (std::none_of(groups.begin(), groups.end(), [&](const Group& group) { return names(group, agent); })) agent = "*";
  RobotsRules rules;
  for (const Group& group : groups) {
    if (!names(group, agent)) continue;  // several groups of one name are one (RFC 9309, 2.2.1)
    for (const auto& [allow, pattern] : group.rules) rules.rules_.push_back({allow, pattern});
    if (group.delay) rules.crawl_delay_ = std::max(rules.crawl_delay_.value_or(0), *group.delay);
  }
  return rules;
}

RobotsRules RobotsRules::nothing_allowed() {
  RobotsRules rules;
  rules.rules_.push_back({false, "/"});
  return rules;
}

const RobotsRules::Rule* RobotsRules::deciding_rule(std::string_view target) const {
  const std::string even = even_encoding(target);
  if (even == "/robots.txt") return nullptr;
  const Rule* best = nullptr;
  for (const Rule& rule : rules_) {
    if (!matches(rule.pattern, even)) continue;
    const bool longer = !best || rule.pattern.size() > best->pattern.size();
    if (longer || (rule.pattern.size() == best->pattern.size() && rule.allow)) best = &rule;
  }
  return best;
}

bool RobotsRules::allows(std::string_view target) const {
  const Rule* rule = deciding_rule(target);
  return !rule || rule->allow;
}

std::string RobotsRules::rule_against(std::string_view target) const {
  const Rule* rule = deciding_rule(target);
  return rule && !rule->allow ? "Disallow: " + rule->pattern : std::string();
}

}  // namespace foreview
