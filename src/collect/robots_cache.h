#pragma once

#include <map>
#include <string>

#include "collect/politeness.h"
#include "collect/robots.h"
#include "collect/web_address.h"
#include "collect/web_client.h"

namespace foreview {

/// The robots.txt of each site, asked for once a run.
class RobotsCache {
 public:
  struct Options {
    bool obey = true;
    std::string user_agent;
    bool allow_private_addresses = false;
  };
  RobotsCache(WebClient& client, Politeness& politeness, Options options)
      : client_(client), politeness_(politeness), options_(std::move(options)) {}

  /// The rule that forbids the address; empty when it may be asked for.
  std::string rule_against(const WebAddress& address);
  /// Seconds that the site wants between requests; 0 when it says nothing.
  double crawl_delay(const WebAddress& address);

 private:
  const RobotsRules& rules_of(const WebAddress& address);
  RobotsRules fetch(const WebAddress& address);

  WebClient& client_;
  Politeness& politeness_;
  Options options_;
  std::map<std::string, RobotsRules> rules_;  // by origin
};

}  // namespace foreview
