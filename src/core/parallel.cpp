#include "core/parallel.h"

#include <sched.h>

#include <algorithm>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace foreview {
namespace {

/// Hands out indices in order and keeps the failure with the lowest index: since that one was handed out before all
/// later ones, the same failure is reported however the threads run.
class Handout {
 public:
  explicit Handout(size_t count) : count_(count) {}

  bool take(size_t& index) {
    const std::lock_guard lock(mutex_);
    if (failure_ || next_ >= count_) return false;
    index = next_++;
    return true;
  }
  void fail(size_t index, std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (failure_ && failed_index_ < index) return;
    failure_ = failure;
    failed_index_ = index;
  }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::mutex mutex_;
  size_t count_, next_ = 0, failed_index_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

int available_processors() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) == 0) return std::max(1, CPU_COUNT(&mask));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void for_each_parallel(size_t count, int workers, const std::function<void(size_t index, int worker)>& work) {
  Handout handout(count);
  const auto run = [&](int worker) {
    for (size_t index; handout.take(index);) {
      try {
        work(index, worker);
      } catch (...) {
        handout.fail(index, std::current_exception());
      }
    }
  };
  {
    std::vector<std::jthread> threads;  // joined at the end of this block; the caller is worker 0
    const int most = static_cast<int>(std::min<size_t>(count, static_cast<size_t>(std::max(workers, 1))));
    try {
      for (int worker = 1; worker < most; ++worker) threads.emplace_back(run, worker);
    } catch (const std::system_error&) {
      // No more threads to be had: those that run do all the work.
    }
    run(0);
  }
  handout.rethrow();
}

}  // namespace foreview
