#include "collect/robots_cache.h"

#include <fmt/format.h>

#include "core/log.h"

namespace foreview {
namespace {

constexpr const char* crawler = "foreview";  // the product token that robots.txt files may name
constexpr int most_redirects = 5;            // RFC 9309, 2.3.1.2

}  // namespace

std::string RobotsCache::rule_against(const WebAddress& address) {
  return options_.obey ? rules_of(address).rule_against(address.target) : std::string();
}

double RobotsCache::crawl_delay(const WebAddress& address) {
  return options_.obey ? rules_of(address).crawl_delay().value_or(0) : 0;
}

const RobotsRules& RobotsCache::rules_of(const WebAddress& address) {
  const std::lock_guard lock(mutex_);
  const std::string origin = address.origin();
  auto found = rules_.find(origin);
  if (found == rules_.end()) found = rules_.emplace(origin, fetch(address)).first;
  return found->second;
}

RobotsRules RobotsCache::fetch(const WebAddress& address) {
  WebRequest request{.address = address.origin() + "/robots.txt",
                     .headers = {"User-Agent: " + options_.user_agent},
                     .most_body_bytes = size_t{4} << 20,
                     .allow_private_addresses = options_.allow_private_addresses};
  WebAnswer answer;
  for (int hop = 0; hop <= most_redirects; ++hop) {
    const HostTurn turn = politeness_.before_request(address.host);
    answer = client_.fetch(request);
    if (answer.redirect.empty()) break;
    request.address = answer.redirect;
  }
  if (answer.failure.empty() && answer.status == 200) return RobotsRules::parse(answer.body, crawler);
  // RFC 9309, 2.3.1.3 and 2.3.1.4: what is not there forbids nothing, what cannot be reached forbids all.
  if (answer.failure.empty() && answer.status >= 300 && answer.status < 500 && answer.status != 429) return {};
  warn_line(fmt::format("{}: cannot be read ({}); this site is left alone, as RFC 9309 asks", request.address,
                        answer.failure.empty() ? fmt::format("status {}", answer.status) : answer.failure));
  return RobotsRules::nothing_allowed();
}

}  // namespace foreview
