#include "media/confinement.h"

#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <memory>

namespace foreview {
namespace {

struct ReleaseFilter {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, ReleaseFilter>;

// What decoding, threads, memory and the talk with the parent take.
constexpr int kAllowed[] = {SCMP_SYS(read),
                            SCMP_SYS(pread64),
                            SCMP_SYS(readv),
                            SCMP_SYS(write),
                            SCMP_SYS(pwrite64),
                            SCMP_SYS(writev),
                            SCMP_SYS(lseek),
                            SCMP_SYS(fstat),
                            SCMP_SYS(newfstatat),
                            SCMP_SYS(close),
                            SCMP_SYS(recvmsg),
                            SCMP_SYS(poll),
                            SCMP_SYS(ppoll),
                            SCMP_SYS(munmap),
                            SCMP_SYS(mremap),
                            SCMP_SYS(brk),
                            SCMP_SYS(madvise),
                            SCMP_SYS(futex),
                            SCMP_SYS(set_robust_list),
                            SCMP_SYS(rseq),
                            SCMP_SYS(sched_yield),
                            SCMP_SYS(sched_getaffinity),
                            SCMP_SYS(getpid),
                            SCMP_SYS(gettid),
                            SCMP_SYS(getrandom),
                            SCMP_SYS(sysinfo),
                            SCMP_SYS(uname),
                            SCMP_SYS(clock_gettime),
                            SCMP_SYS(clock_getres),
                            SCMP_SYS(clock_nanosleep),
                            SCMP_SYS(nanosleep),
                            SCMP_SYS(gettimeofday),
                            SCMP_SYS(getrusage),
                            SCMP_SYS(rt_sigaction),
                            SCMP_SYS(rt_sigprocmask),
                            SCMP_SYS(rt_sigreturn),
                            SCMP_SYS(sigaltstack),
                            SCMP_SYS(tgkill),
                            SCMP_SYS(restart_syscall),
                            SCMP_SYS(exit),
                            SCMP_SYS(exit_group)};

// A decoder that asks for one of these has been taken over: it ends at once.
constexpr int kDeadly[] = {SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork),   SCMP_SYS(vfork),
                           SCMP_SYS(socket), SCMP_SYS(connect),  SCMP_SYS(bind),   SCMP_SYS(ptrace),
                           SCMP_SYS(kill),   SCMP_SYS(unlink),   SCMP_SYS(rename), SCMP_SYS(mount)};

bool add_rules(scmp_filter_ctx filter) {
  int code = 0;
  for (const int call : kAllowed) code |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
  for (const int call : kDeadly) code |= seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, call, 0);
  // Memory, unless it could be run; threads, but no processes; a thread's own name, but no other setting.
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)})
    code |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  code |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                           SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
  // clone3's flags lie in memory, where a filter cannot look; the C library falls back to clone.
  code |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  code |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
  return code == 0;
}

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kConfines = false;  // the sanitizer reports and maps memory as it likes
#else
constexpr bool kConfines = true;
#endif

constexpr rlim_t kMostWrittenBytes = rlim_t{4} << 30, kMostOpenFiles = 32;

}  // namespace

void limit_files() {
  const rlimit written{kMostWrittenBytes, kMostWrittenBytes}, open_files{kMostOpenFiles, kMostOpenFiles};
  ::setrlimit(RLIMIT_FSIZE, &written);
  ::setrlimit(RLIMIT_NOFILE, &open_files);
}

bool confine_process() {
  if (!kConfines) return false;
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  return filter && add_rules(filter.get()) && seccomp_load(filter.get()) == 0;
}

}  // namespace foreview
