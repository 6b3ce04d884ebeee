// foreview-browser-guard FOLDER COMMAND...: runs the command (a browser's driver) and outlives whoever started it just
// long enough to end it. When its standard input closes, or the driver ends, all processes below it are killed, however
// they were started, and FOLDER (the browser's temporary profile) is removed.
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace {

/// The parent of process `pid` from /proc, -1 when it is gone.
pid_t parent_of(const char* pid) {
  const std::string name = std::string("/proc/") + pid + "/stat";
  FILE* file = std::fopen(name.c_str(), "re");
  if (!file) return -1;
  char line[512] = {};
  const size_t got = std::fread(line, 1, sizeof(line) - 1, file);
  std::fclose(file);
  const std::string text(line, got);
  const size_t end = text.rfind(')');  // the command's name may hold anything
  int parent = -1;
  char state = 0;
  if (end == text.npos || std::sscanf(text.c_str() + end + 1, " %c %d", &state, &parent) != 2) return -1;
  return parent;
}

void kill_children() {
  DIR* processes = ::opendir("/proc");
  if (!processes) return;
  while (const dirent* entry = ::readdir(processes)) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid > 1 && parent_of(entry->d_name) == ::getpid()) ::kill(pid, SIGKILL);
  }
  ::closedir(processes);
}

/// Orphans come to this process (PR_SET_CHILD_SUBREAPER), so killing children again and again reaches all below.
void kill_all_below() {
  for (;;) {
    kill_children();
    const pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
    if (ended < 0 && errno == ECHILD) return;
    if (ended == 0) ::usleep(2000);
  }
}

[[noreturn]] void become(char** command) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(nowhere, STDIN_FILENO);
  ::dup2(nowhere, STDERR_FILENO);  // the browser's own complaints are no message of the program
  ::execvp(command[0], command);
  ::_exit(127);
}

/// Until the driver ends or nobody holds the other end of standard input.
void wait_for_end(pid_t driver) {
  for (;;) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    ::poll(&input, 1, 50);
    char byte;
    if (input.revents != 0 && ::read(STDIN_FILENO, &byte, 1) <= 0) return;
    for (pid_t ended; (ended = ::waitpid(-1, nullptr, WNOHANG)) > 0;)
      if (ended == driver) return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  ::prctl(PR_SET_PDEATHSIG, 0);  // whoever started it may have asked for its death; there is something to do first
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::signal(SIGPIPE, SIG_IGN);
  const pid_t driver = ::fork();
  if (driver == 0) become(argv + 2);
  ::close(STDOUT_FILENO);  // the driver's alone, so that its end is seen
  if (driver > 0) wait_for_end(driver);
  kill_all_below();
  std::error_code ignored;
  std::filesystem::remove_all(argv[1], ignored);
  return 0;
}
