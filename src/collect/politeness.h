#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/random.h"

namespace foreview {

struct PolitenessOptions {
  double delay = 5;           // seconds between requests to one host, on average; each is 0.5 to 1.5 of it
  double longest_wait = 600;  // seconds; a site that asks for more is left for another day
  int daily_limit = 5000;     // requests a UTC day, of all hosts; 0 is none
};

/// Why a run has to end although there is more to do. Not a failure of the program.
struct CollectionEnd {
  std::string reason, advice;
};

/// The right to ask one host, given back at its end.
using HostTurn = std::shared_ptr<const void>;

/// Keeps requests to one host apart, also those of several threads: one at a time, with pauses between.
class Politeness {
 public:
  /// Called by one thread at a time.
  struct Counters {
    std::function<int()> request;  // counts one of today, gives how many there were before it
    std::function<void(const std::string& host)> refusal = {};
  };
  Politeness(const PolitenessOptions& options, uint64_t seed, Counters counters);

  /// Waits until the host may be asked again, and counts the request. `crawl_delay`: what its robots.txt asks for, in
  /// seconds. Throws CollectionEnd at the daily limit, Error{interrupted} when the user asks to stop.
  [[nodiscard]] HostTurn before_request(const std::string& host, double crawl_delay = 0);
  /// The host was asked for too much (429, 503) or fails (5xx): it is left alone for what Retry-After says, else for a
  /// time that doubles from one refusal to the next. Throws CollectionEnd when that is longer than longest_wait. Gives
  /// seconds. To be called while the turn lasts.
  double back_off(const std::string& host, const std::optional<std::string>& retry_after);
  /// It answers again.
  void answered(const std::string& host);

 private:
  using Clock = std::chrono::steady_clock;
  struct Host {
    Clock::time_point next{};
    int refusals = 0;
    bool busy = false;
  };
  void wait_for_turn(std::unique_lock<std::mutex>& lock, const Host& host);
  void end_turn(Host& host);

  PolitenessOptions options_;
  Random random_;
  Counters counters_;
  std::mutex mutex_;  // of all below, and of the two above
  std::condition_variable turn_ended_;
  std::map<std::string, Host> hosts_;
};

/// Seconds that a Retry-After header asks for: a number, or a date of HTTP (then counted from `now`, Unix seconds).
std::optional<double> seconds_of_retry_after(const std::string& text, double now);

/// Waits in slices, so that the user can stop it.
void wait_politely(double seconds);

}  // namespace foreview
