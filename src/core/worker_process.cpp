#include "core/worker_process.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <string_view>
#include <utility>
#include <vector>

#include "core/child_process.h"
#include "core/interrupt.h"
#include "foreview/error.h"

namespace foreview {
namespace {

using Clock = std::chrono::steady_clock;

/// How long a wait lasts before the request to stop and the child's life are looked at.
constexpr int kSliceMilliseconds = 100;

enum class ReadEnd { more_later, line_found, closed, too_long };

/// Takes what the worker has written so far.
ReadEnd read_available(int descriptor, std::string& pending, size_t max_bytes) {
  char buffer[1 << 16];
  for (;;) {
    const ssize_t got = ::read(descriptor, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return ReadEnd::more_later;
    if (got <= 0) return ReadEnd::closed;
    pending.append(buffer, static_cast<size_t>(got));
    if (std::memchr(buffer, '\n', static_cast<size_t>(got))) return ReadEnd::line_found;
    if (pending.size() > max_bytes) return ReadEnd::too_long;
  }
}

/// Writes what fits; a closed reader is no error here, the answer's end tells.
void write_available(int descriptor, std::string_view& unsent) {
  const ssize_t sent = ::send(descriptor, unsent.data(), unsent.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent > 0) unsent.remove_prefix(static_cast<size_t>(sent));
  if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) unsent = {};
}

/// Sends the first byte with copies of the descriptors; a reader that is gone is noticed later.
void send_first(int socket, std::string_view& unsent, std::span<const int> descriptors) {
  std::vector<char> control(CMSG_SPACE(descriptors.size_bytes()));
  iovec byte{const_cast<char*>(unsent.data()), 1};
  msghdr message{};
  message.msg_iov = &byte;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
  std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
  if (::sendmsg(socket, &message, MSG_NOSIGNAL) == 1) unsent.remove_prefix(1);
}

bool has_ended(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

/// The way a process whose output ended went; waits a moment, since the output closes before the process is gone.
std::string describe_end(pid_t pid) {
  for (int tries = 0; tries < 100 && !has_ended(pid); ++tries) ::usleep(10'000);
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != pid)
    return "closed its output without an answer";
  if (info.si_code == CLD_EXITED) return fmt::format("exit status {} without an answer", info.si_status);
  return fmt::format("signal {} ({})", info.si_status, ::strsignal(info.si_status));
}

}  // namespace

WorkerProcess::WorkerProcess(std::vector<std::string> command, Limits limits)
    : command_(std::move(command)), limits_(limits) {}

WorkerProcess::~WorkerProcess() { stop(); }

void WorkerProcess::start() {
  ChildProcess child = start_child(command_, limits_.memory_bytes);
  pid_ = child.pid;
  to_worker_ = child.input.release();
  from_worker_ = child.output.release();
  pending_.clear();
}

void WorkerProcess::stop() {
  if (pid_ < 0) return;
  ::kill(-pid_, SIGKILL);  // its whole process group
  ::close(std::exchange(to_worker_, -1));
  ::close(std::exchange(from_worker_, -1));
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  pending_.clear();
}

void WorkerProcess::limit_processor_time() const {
  if (limits_.processor_time.count() <= 0) return;
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return;
  const rlimit limit{static_cast<rlim_t>(used.tv_sec + 1 + limits_.processor_time.count()), RLIM_INFINITY};
  ::prlimit(pid_, RLIMIT_CPU, &limit, nullptr);
}

WorkerReply WorkerProcess::request(const std::string& line, std::string& answer, std::string& detail,
                                   std::span<const int> descriptors) {
  if (line.find('\n') != line.npos)
    throw Error({.problem = "a request to a worker process holds a line end", .got = line.substr(0, 100)});
  answer.clear();
  detail.clear();
  if (pid_ >= 0 && is_out_of_step()) stop();
  if (pid_ < 0) start();
  limit_processor_time();
  try {
    const std::string sent = line + "\n";
    std::string_view unsent = sent;
    if (!descriptors.empty()) send_first(to_worker_, unsent, descriptors);
    const WorkerReply reply = exchange(unsent, answer, detail);
    if (reply != WorkerReply::answered) stop();
    return reply;
  } catch (...) {
    stop();  // its answer would be taken for the next request's
    throw;
  }
}

bool WorkerProcess::is_out_of_step() {
  pollfd output{from_worker_, POLLIN, 0};
  return !pending_.empty() || ::poll(&output, 1, 0) != 0 || has_ended(pid_);
}

WorkerReply WorkerProcess::exchange(std::string_view unsent, std::string& answer, std::string& detail) {
  const Clock::time_point deadline = Clock::now() + limits_.reply_within;
  for (bool ended = false;;) {
    throw_if_interrupted();
    pollfd ends[2] = {{from_worker_, POLLIN, 0}, {unsent.empty() ? -1 : to_worker_, POLLOUT, 0}};
    ::poll(ends, 2, ended ? 0 : kSliceMilliseconds);
    if (ends[1].revents != 0) write_available(to_worker_, unsent);
    const ReadEnd read = read_available(from_worker_, pending_, limits_.max_answer_bytes);
    if (read == ReadEnd::line_found) {
      const size_t end = pending_.find('\n');
      answer = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return WorkerReply::answered;
    }
    if (read == ReadEnd::too_long) {
      detail = fmt::format("wrote more than {} bytes without a line end", limits_.max_answer_bytes);
      return WorkerReply::crashed;
    }
    // A process it started may keep the output open, so its own end counts, after one last look for an answer.
    if (read == ReadEnd::closed || ended) {
      detail = describe_end(pid_);
      return WorkerReply::crashed;
    }
    ended = has_ended(pid_);
    if (Clock::now() >= deadline) {
      detail = fmt::format("no answer within {} s", limits_.reply_within.count());
      return WorkerReply::timed_out;
    }
  }
}

}  // namespace foreview
