#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

namespace foreview {

/// Progress of one long piece of work on stderr: a bar with rate and time left on a terminal, a plain line every
/// few seconds otherwise. Thread-safe. Nothing is printed for work that ends within half a second.
class Progress {
 public:
  /// `label` as in "prepare"; `total` units, 0 when unknown; `unit` as in "videos".
  Progress(std::string label, size_t total, std::string unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(size_t units = 1);
  /// One more unit failed (it still counts as advanced by advance()).
  void count_failure();
  /// Short text behind the bar, e.g. "loss 0.0123".
  void set_detail(std::string detail);
  /// Prints the closing line; also called by the destructor.
  void finish();

 private:
  void print(bool closing);

  std::mutex mutex_;
  std::string label_, unit_, detail_;
  size_t total_ = 0, done_ = 0, failures_ = 0;
  size_t first_units_ = 0;  // done by the first advance(): what was set up before it says nothing of the time left
  std::chrono::steady_clock::time_point start_, first_, last_print_;
  bool terminal_ = false, printed_ = false, finished_ = false;
};

}  // namespace foreview
