#include "core/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "foreview/error.h"

namespace foreview {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kLimitsMemory = false;  // the sanitizer reserves terabytes of address space
#else
constexpr bool kLimitsMemory = true;
#endif

struct Descriptors {
  int input, output, status;
};

/// Between fork and exec only async-signal-safe calls are allowed: no allocation, no locks.
[[noreturn]] void become_command(char* const* arguments, const Descriptors& descriptors, size_t memory_bytes,
                                 pid_t parent) {
  const auto give_up = [&] {
    const int code = errno;
    [[maybe_unused]] const ssize_t told = ::write(descriptors.status, &code, sizeof(code));
    ::_exit(127);
  };
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // the parent died before it could be watched
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(number, SIG_DFL);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const rlimit memory{memory_bytes, memory_bytes};
  if (kLimitsMemory && memory_bytes > 0 && ::setrlimit(RLIMIT_AS, &memory) != 0) give_up();
  if (::dup2(descriptors.input, STDIN_FILENO) < 0 || ::dup2(descriptors.output, STDOUT_FILENO) < 0) give_up();
  ::close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);  // whatever a library opened without O_CLOEXEC
  ::execvp(arguments[0], arguments);
  give_up();
  ::_exit(127);
}

[[noreturn]] void fail(const std::string& program, int code) {
  throw Error({.file = program,
               .problem = fmt::format("the worker process cannot be started: {}", std::strerror(code)),
               .advice = "check that the program is installed and that memory and processes are left"});
}

/// A descriptor above stderr: were 0 to 2 closed in this process, dup2 in the child would overwrite its own ends.
OwnedDescriptor above_stderr(int descriptor) {
  if (descriptor > STDERR_FILENO) return OwnedDescriptor(descriptor);
  const OwnedDescriptor low(descriptor);
  return OwnedDescriptor(::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

ChildProcess fork_and_exec(const std::vector<std::string>& command, size_t memory_bytes) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  int input[2], output[2], status[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input) != 0) fail(command[0], errno);
  OwnedDescriptor input_parent = above_stderr(input[0]), input_child = above_stderr(input[1]);
  if (::pipe2(output, O_CLOEXEC) != 0) fail(command[0], errno);
  OwnedDescriptor output_parent = above_stderr(output[0]), output_child = above_stderr(output[1]);
  if (::pipe2(status, O_CLOEXEC) != 0) fail(command[0], errno);
  OwnedDescriptor status_parent = above_stderr(status[0]), status_child = above_stderr(status[1]);
  for (const int parent_end : {input_parent.get(), output_parent.get()})
    ::fcntl(parent_end, F_SETFL, ::fcntl(parent_end, F_GETFL) | O_NONBLOCK);

  const Descriptors child_ends{input_child.get(), output_child.get(), status_child.get()};
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) fail(command[0], errno);
  if (pid == 0) become_command(arguments.data(), child_ends, memory_bytes, parent);
  status_child.reset();
  int code = 0;
  ssize_t got;
  do got = ::read(status_parent.get(), &code, sizeof(code));  // end of file once exec has worked
  while (got < 0 && errno == EINTR);
  if (got == sizeof(code)) {
    ::waitpid(pid, nullptr, 0);
    fail(command[0], code);
  }
  return {pid, std::move(input_parent), std::move(output_parent)};
}

/// PR_SET_PDEATHSIG fires when the *thread* that forked ends, so one thread that lives as long as the process does
/// all the forking.
class Spawner {
 public:
  Spawner() {
    sigset_t all, before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);  // signals are for the other threads
    std::thread([this] { serve(); }).detach();
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  ChildProcess start(const std::vector<std::string>& command, size_t memory_bytes) {
    std::packaged_task<ChildProcess()> task([&] { return fork_and_exec(command, memory_bytes); });
    std::future<ChildProcess> child = task.get_future();
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    ready_.notify_one();
    return child.get();
  }

 private:
  [[noreturn]] void serve() {
    for (;;) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return !tasks_.empty(); });
      std::packaged_task<ChildProcess()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
  }
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::packaged_task<ChildProcess()>> tasks_;
};

/// Never destroyed, as its thread never ends; made anew in a fork of this process, which does not inherit the thread.
Spawner& spawner_of_this_process() {
  static std::mutex mutex;
  static Spawner* spawner = nullptr;
  static pid_t owner = -1;
  const std::lock_guard lock(mutex);
  if (owner != ::getpid()) {
    spawner = new Spawner;
    owner = ::getpid();
  }
  return *spawner;
}

}  // namespace

ChildProcess start_child(const std::vector<std::string>& command, size_t memory_bytes) {
  if (command.empty() || command[0].empty()) throw Error({.problem = "no command was given for the worker process"});
  return spawner_of_this_process().start(command, memory_bytes);
}

}  // namespace foreview
