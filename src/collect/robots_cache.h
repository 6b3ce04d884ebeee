#pragma once

#include <map>
#include <mutex>
#include <string>

#include "collect/politeness.h"
#include "collect/robots.h"
#include "collect/web_address.h"
#include "collect/web_client.h"

namespace foreview {

/// The robots.txt of each site, asked for once a run. Thread-safe.
class RobotsCache {
 public:
  struct Options {
    bool obey = true;
    std::string user_agent;
    bool allow_private_addresses = false;
  };
  RobotsCache(Politeness& politeness, Options options) : politeness_(politeness), options_(std::move(options)) {}

  /// The rule that forbids the address; empty when it may be asked for.
  std::string rule_against(const WebAddress& address);
  /// Seconds that the site wants between requests; 0 when it says nothing.
  double crawl_delay(const WebAddress& address);

 private:
  const RobotsRules& rules_of(const WebAddress& address);
  RobotsRules fetch(const WebAddress& address);

  Politeness& politeness_;
  Options options_;
  std::mutex mutex_;  // of what follows
  WebClient client_;
  std::map<std::string, RobotsRules> rules_;  // by origin
};

}  // namespace foreview
