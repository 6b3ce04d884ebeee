#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace foreview {

/// How a worker's answer came about.
enum class WorkerReply { answered, crashed, timed_out };

/// A child process that reads one request line on stdin and writes one answer line on stdout, again and again.
/// It is killed with its parent (PR_SET_PDEATHSIG) and started anew after a crash or a time-out.
class WorkerProcess {
 public:
  struct Limits {
    size_t memory_bytes = size_t{4} << 30;  ///< RLIMIT_AS; 0 is no limit; not applied in sanitizer builds
    std::chrono::seconds reply_within{120};
    std::chrono::seconds processor_time{0};      ///< a request may use, then SIGXCPU; 0 is no limit
    size_t max_answer_bytes = size_t{64} << 20;  ///< a longer line counts as a crash
  };
  WorkerProcess(std::vector<std::string> command, Limits limits);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  /// Sends one line (without newline) and waits for the answer line. After crashed or timed_out the process is gone
  /// and the next request starts a new one. The process is handed a copy of each of `descriptors` with the line's first
  /// byte (SCM_RIGHTS on its stdin). `detail` then says how it ended ("signal 11 (Segmentation fault)").
  /// Throws Error{interrupted} while waiting when the user asks to stop.
  WorkerReply request(const std::string& line, std::string& answer, std::string& detail,
                      std::span<const int> descriptors = {});

 private:
  void start();
  void stop();
  /// Whether the idle worker died or wrote something that nobody asked for.
  bool is_out_of_step();
  void limit_processor_time() const;
  WorkerReply exchange(std::string_view unsent, std::string& answer, std::string& detail);

  std::vector<std::string> command_;
  Limits limits_;
  pid_t pid_ = -1;
  int to_worker_ = -1, from_worker_ = -1;
  std::string pending_;
};

}  // namespace foreview
