#include "core/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "foreview/error.h"

namespace foreview {
namespace {

std::atomic<int> signals_received{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

void on_signal(int signal_number) {
  if (signals_received.fetch_add(1) > 0) _exit(128 + signal_number);
}

}  // namespace

void install_interrupt_handler() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;  // libraries need not expect EINTR; poll() still returns at once
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupt_requested() { return signals_received.load() > 0; }

void throw_if_interrupted() {
  if (interrupt_requested())
    throw Error({.problem = "stopped as asked; what was finished is kept",
                 .advice = "run the same command again to go on from here"},
                ErrorKind::interrupted);
}

}  // namespace foreview
