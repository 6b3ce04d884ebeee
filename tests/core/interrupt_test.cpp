#include "core/interrupt.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "foreview/error.h"

namespace foreview {
namespace {

// Each in a process of its own: a request to stop cannot be taken back.

void go_on_unasked() {
  install_interrupt_handler();
  throw_if_interrupted();
  std::exit(interrupt_requested() ? 1 : 42);
}

TEST(InterruptDeathTest, NothingHappensUnasked) { EXPECT_EXIT(go_on_unasked(), ::testing::ExitedWithCode(42), ""); }

void stop_once(int signal_number) {
  install_interrupt_handler();
  std::raise(signal_number);
  try {
    throw_if_interrupted();
  } catch (const Error& error) {
    std::exit(interrupt_requested() && error.kind() == ErrorKind::interrupted ? 42 : 1);
  }
  std::exit(2);
}

TEST(InterruptDeathTest, ASignalAsksToStop) {
  EXPECT_EXIT(stop_once(SIGINT), ::testing::ExitedWithCode(42), "");
  EXPECT_EXIT(stop_once(SIGTERM), ::testing::ExitedWithCode(42), "");
}

void stop_twice() {
  install_interrupt_handler();
  std::raise(SIGINT);
  std::raise(SIGINT);
  std::exit(2);
}

TEST(InterruptDeathTest, TheSecondSignalEndsTheProcess) {
  EXPECT_EXIT(stop_twice(), ::testing::ExitedWithCode(128 + SIGINT), "");
}

}  // namespace
}  // namespace foreview
