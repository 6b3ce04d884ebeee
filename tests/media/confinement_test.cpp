#include "media/confinement.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <thread>

namespace foreview {
namespace {

constexpr int kRefused = 77;

/// How a confined child that does `work` ends, as waitpid() tells; its exit status is what `work` gives.
int end_of_confined(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    if (!confine_process()) _exit(kRefused);
    _exit(work());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

bool kernel_refuses() {
  const int status = end_of_confined([] { return 0; });
  return WIFEXITED(status) && WEXITSTATUS(status) == kRefused;
}

#define SKIP_WITHOUT_SECCOMP() \
  if (kernel_refuses()) GTEST_SKIP() << "skipped: this kernel or build has no seccomp"

TEST(Confinement, LeavesMemoryThreadsAndOpenFiles) {
  SKIP_WITHOUT_SECCOMP();
  const int status = end_of_confined([] {
    std::vector<char> memory(size_t{64} << 20, 1);
    int sum = 0;
    std::thread([&] { sum = memory.back() + 1; }).join();
    return sum == 2 && write(STDOUT_FILENO, "", 0) == 0 ? 0 : 1;
  });
  EXPECT_TRUE(WIFEXITED(status)) << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Confinement, NoFileCanBeOpenedOrMade) {
  SKIP_WITHOUT_SECCOMP();
  for (const int flags : {O_RDONLY, O_WRONLY | O_CREAT}) {
    const int status = end_of_confined([&] {
      const int opened = open("/tmp/foreview-confinement", flags, 0600);
      return opened < 0 && errno == EPERM ? 0 : 1;
    });
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
}

TEST(Confinement, NetworkProgramsAndProcessesEndIt) {
  SKIP_WITHOUT_SECCOMP();
  const auto expect_killed = [](const char* what, const std::function<int()>& work) {
    const int status = end_of_confined(work);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) << what << ": " << status;
  };
  expect_killed("socket", [] { return socket(AF_INET, SOCK_STREAM, 0); });
  expect_killed("exec", [] { return execl("/bin/true", "true", nullptr); });
  const int forked = end_of_confined([] { return fork() < 0 && errno == EPERM ? 0 : 1; });
  EXPECT_TRUE(WIFEXITED(forked) && WEXITSTATUS(forked) == 0) << forked;
}

TEST(Confinement, MemoryCannotBeMadeToRun) {
  SKIP_WITHOUT_SECCOMP();
  const int status = end_of_confined([] {
    void* made = mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return made == MAP_FAILED ? 0 : 1;
  });
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace foreview
