#include "core/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/console.h"
#include "core/text.h"

namespace foreview {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kQuietTime{500};  // shorter work prints nothing
constexpr std::chrono::milliseconds kBarInterval{100};
constexpr std::chrono::seconds kLineInterval{5};

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<long long>(std::min(seconds + 0.5, 1e9));
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::string rate_text(double done, double seconds) {
  const double rate = done / std::max(seconds, 1e-9);
  if (rate >= 0.1) return fmt::format("{:.{}f}/s", rate, rate < 10 ? 1 : 0);
  return fmt::format("{:.1f}/min", rate * 60);
}

std::string bar_text(double share) {
  constexpr int width = 24;
  const int filled = std::clamp(static_cast<int>(share * width), 0, width);
  return fmt::format("[{}{}]", std::string(filled, '#'), std::string(width - filled, '.'));
}

/// The first `columns` characters, cut between code points (every character is taken for one column).
std::string cut_to(const std::string& text, int columns) {
  size_t end = 0;
  for (int used = 0; end < text.size(); ++end) {
    const bool starts_character = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
    if (starts_character && ++used > columns) break;
  }
  return text.substr(0, end);
}

}  // namespace

Progress::Progress(std::string label, size_t total, std::string unit)
    : label_(std::move(label)),
      unit_(std::move(unit)),
      total_(total),
      start_(Clock::now()),
      last_print_(start_),
      terminal_(console_is_terminal()) {}

Progress::~Progress() {
  try {
    finish();
  } catch (...) {
    // Out of memory while formatting a message: nothing to say it with.
  }
}

void Progress::advance(size_t units) {
  const std::lock_guard lock(mutex_);
  done_ += units;
  if (first_units_ == 0) first_ = Clock::now(), first_units_ = done_;
  print(false);
}

void Progress::count_failure() {
  const std::lock_guard lock(mutex_);
  ++failures_;
}

void Progress::set_detail(std::string detail) {
  const std::lock_guard lock(mutex_);
  detail_ = clean_utf8(detail);
}

void Progress::finish() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(finished_, true)) return;
  print(true);
}

void Progress::print(bool closing) {
  const Clock::time_point now = Clock::now();
  const double elapsed = seconds_between(start_, now);
  const Clock::duration interval = terminal_ ? Clock::duration(kBarInterval) : Clock::duration(kLineInterval);
  if (!closing &&
      (finished_ || now - last_print_ < (printed_ ? interval : std::max<Clock::duration>(interval, kQuietTime))))
    return;
  if (closing && terminal_) console_clear_bar(this);
  if (closing && now - start_ < kQuietTime) return;

  const std::string counted = total_ == 0 || (closing && done_ == total_)
                                  ? fmt::format("{} {}", done_, unit_)
                                  : fmt::format("{}/{} {}", done_, total_, unit_);
  std::string tail = failures_ > 0 ? fmt::format(", {} failed", failures_) : std::string();
  if (!detail_.empty()) tail += ", " + detail_;
  const std::string rate = rate_text(static_cast<double>(done_), elapsed);
  if (closing) {
    console_line(fmt::format("{}: {} in {}, {}{}", label_, counted, duration_text(elapsed), rate, tail));
    return;
  }
  std::string left;
  if (done_ > first_units_ && total_ > done_)
    left = ", " +
           duration_text(seconds_between(first_, now) / static_cast<double>(done_ - first_units_) *
                         static_cast<double>(total_ - done_)) +
           " left";
  const std::string text = fmt::format("{}, {}{}{}", counted, rate, left, tail);
  if (terminal_) {
    const std::string bar = total_ > 0 ? bar_text(static_cast<double>(done_) / static_cast<double>(total_)) + " " : "";
    console_show_bar(this, cut_to(fmt::format("{} {}{}", label_, bar, text), console_columns() - 1));
  } else {
    console_line(fmt::format("{}: {}", label_, text));
  }
  printed_ = true;
  last_print_ = now;
}

}  // namespace foreview
