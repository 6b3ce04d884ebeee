#include "collect/politeness.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <thread>

#include "core/interrupt.h"

namespace foreview {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Clock::duration wait_slice = std::chrono::milliseconds(100);  // after which the user's wish to stop is seen

Clock::duration clock_duration(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

Politeness::Politeness(const PolitenessOptions& options, uint64_t seed, Counters counters)
    : options_(options), random_(derive_seed(seed, "collect.delay")), counters_(std::move(counters)) {}

void Politeness::wait_for_turn(std::unique_lock<std::mutex>& lock, const Host& host) {
  for (;;) {
    throw_if_interrupted();
    const auto left = host.next - Clock::now();
    if (!host.busy && left <= Clock::duration::zero()) return;
    turn_ended_.wait_for(lock, host.busy ? wait_slice : std::min(left, wait_slice));
  }
}

void Politeness::end_turn(Host& host) {
  {
    const std::lock_guard lock(mutex_);
    host.busy = false;
  }
  turn_ended_.notify_all();
}

HostTurn Politeness::before_request(const std::string& name, double crawl_delay) {
  std::unique_lock lock(mutex_);
  Host& host = hosts_[name];
  wait_for_turn(lock, host);
  if (const int before = counters_.request(); options_.daily_limit > 0 && before >= options_.daily_limit)
    throw CollectionEnd{fmt::format("the daily limit of {} requests is reached", options_.daily_limit),
                        "run the same command tomorrow (UTC) to go on"};
  host.next = Clock::now() + clock_duration(std::max(options_.delay * random_.uniform(0.5, 1.5), crawl_delay));
  host.busy = true;
  return {static_cast<const void*>(&host), [this, &host](const void*) { end_turn(host); }};
}

double Politeness::back_off(const std::string& host, const std::optional<std::string>& retry_after) {
  const std::lock_guard lock(mutex_);
  if (counters_.refusal) counters_.refusal(host);
  Host& state = hosts_[host];
  const double doubling = 4 * std::max(options_.delay, 0.01) * std::pow(2.0, std::min(state.refusals, 20));
  ++state.refusals;
  double wait = std::min(doubling, options_.longest_wait);
  if (retry_after)
    if (const auto asked = seconds_of_retry_after(*retry_after, static_cast<double>(std::time(nullptr))))
      wait = std::max(*asked, std::min(wait, options_.delay));
  if (wait > options_.longest_wait)
    throw CollectionEnd{fmt::format("{} asks to be left alone for {:.0f} s", host, wait), "run the same command later"};
  state.next = std::max(state.next, Clock::now() + clock_duration(wait));
  return wait;
}

void Politeness::answered(const std::string& host) {
  const std::lock_guard lock(mutex_);
  hosts_[host].refusals = 0;
}

std::optional<double> seconds_of_retry_after(const std::string& text, double now) {
  double seconds = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (problem == std::errc() && end == text.data() + text.size())
    return std::isfinite(seconds) && seconds >= 0 ? std::optional(seconds) : std::nullopt;
  const time_t date = curl_getdate(text.c_str(), nullptr);
  if (date < 0) return std::nullopt;
  return std::max(0.0, static_cast<double>(date) - now);
}

void wait_politely(double seconds) {
  const auto until = Clock::now() + clock_duration(std::max(seconds, 0.0));
  for (;;) {
    throw_if_interrupted();
    const auto left = until - Clock::now();
    if (left <= Clock::duration::zero()) return;
    std::this_thread::sleep_for(std::min(left, wait_slice));
  }
}

}  // namespace foreview
