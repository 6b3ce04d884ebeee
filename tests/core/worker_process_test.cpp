#include "core/worker_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "core/files.h"
#include "core/interrupt.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

using std::chrono::seconds;

/// A worker that runs shell commands for each line it gets.
std::vector<std::string> shell_loop(const std::string& body) {
  return {"sh", "-c", "while read -r line; do " + body + "; done"};
}

struct Answered {
  WorkerReply reply;
  std::string answer, detail;
};
Answered ask(WorkerProcess& worker, const std::string& line) {
  Answered got{};
  got.reply = worker.request(line, got.answer, got.detail);
  return got;
}

bool is_alive(const std::string& pid) { return ::kill(std::stoi(pid), 0) == 0; }

/// Waits for the end of a process, which may stay a zombie until its parent looks; false after ten seconds.
bool ends_soon(const std::string& pid) {
  for (int tries = 0; tries < 2000; ++tries) {
    std::ifstream stat("/proc/" + std::to_string(std::stoi(pid)) + "/stat");
    std::string number, name, state;
    if (!(stat >> number >> name >> state) || state == "Z") return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

TEST(WorkerProcess, AnswersAgainAndAgainFromOneProcess) {
  WorkerProcess worker(shell_loop("echo \"$line $$\""), {});
  const Answered first = ask(worker, "a"), second = ask(worker, "b");
  EXPECT_EQ(first.reply, WorkerReply::answered);
  EXPECT_EQ(first.answer.substr(0, 2), "a ");
  EXPECT_EQ(second.answer, "b" + first.answer.substr(1));
  EXPECT_EQ(first.detail, "");
}

TEST(WorkerProcess, StartsAnewAfterACrash) {
  WorkerProcess worker(shell_loop("case $line in die) kill -SEGV $$;; exit) exit 3;; *) echo \"$line\";; esac"), {});
  EXPECT_EQ(ask(worker, "a").answer, "a");
  const Answered killed = ask(worker, "die");
  EXPECT_EQ(killed.reply, WorkerReply::crashed);
  EXPECT_EQ(killed.detail, "signal 11 (Segmentation fault)");
  EXPECT_EQ(ask(worker, "b").answer, "b");
  const Answered ended = ask(worker, "exit");
  EXPECT_EQ(ended.reply, WorkerReply::crashed);
  EXPECT_EQ(ended.detail, "exit status 3 without an answer");
  EXPECT_EQ(ask(worker, "c").answer, "c");
}

TEST(WorkerProcess, HalfALineIsNoAnswer) {
  WorkerProcess worker(shell_loop("printf half; exit 0"), {});
  const Answered got = ask(worker, "a");
  EXPECT_EQ(got.reply, WorkerReply::crashed);
  EXPECT_EQ(got.answer, "");
  EXPECT_EQ(got.detail, "exit status 0 without an answer");
}

TEST(WorkerProcess, AHangingWorkerIsEnded) {
  WorkerProcess worker(
      shell_loop("echo $$ >&2; case $line in hang) printf half; sleep 1000;; *) echo \"$line\";; esac"),
      {.reply_within = seconds(1)});
  ::testing::internal::CaptureStderr();
  const Answered got = ask(worker, "hang");
  std::string pid = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(got.reply, WorkerReply::timed_out);
  EXPECT_EQ(got.detail, "no answer within 1 s");
  EXPECT_FALSE(is_alive(pid));
  EXPECT_EQ(ask(worker, "b").answer, "b");
}

TEST(WorkerProcess, AWorkerThatNeverReadsTimesOut) {
  WorkerProcess worker({"sleep", "1000"}, {.reply_within = seconds(1)});
  EXPECT_EQ(ask(worker, std::string(8'000'000, 'x')).reply, WorkerReply::timed_out);
}

TEST(WorkerProcess, AWorkerThatStopsReadingRaisesNoSignal) {
  WorkerProcess worker({"sh", "-c", "exec <&-; echo closed"}, {});
  const Answered got = ask(worker, std::string(8'000'000, 'x'));  // SIGPIPE would end the tests here
  EXPECT_EQ(got.answer, "closed");
  WorkerProcess silent({"sh", "-c", "exec <&-; sleep 0.2"}, {});
  EXPECT_EQ(ask(silent, std::string(8'000'000, 'x')).reply, WorkerReply::crashed);
}

TEST(WorkerProcess, LargeLinesGoBothWaysAtOnce) {
  WorkerProcess worker({"cat"}, {});
  const std::string line(5'000'000, 'x');
  for (int i = 0; i < 2; ++i) {
    const Answered got = ask(worker, line);
    EXPECT_EQ(got.reply, WorkerReply::answered);
    EXPECT_EQ(got.answer, line);
  }
}

TEST(WorkerProcess, EndlessAnswersAreCut) {
  WorkerProcess worker({"sh", "-c", "tr '\\0' x < /dev/zero"}, {.max_answer_bytes = 1 << 20});
  const Answered got = ask(worker, "a");
  EXPECT_EQ(got.reply, WorkerReply::crashed);
  EXPECT_EQ(got.detail, "wrote more than 1048576 bytes without a line end");
}

TEST(WorkerProcess, UnaskedLinesAreNotTakenForAnswers) {
  WorkerProcess worker(shell_loop("printf '%s\\nunasked\\n' \"$line\""), {});
  for (const char* line : {"a", "b", "c"}) EXPECT_EQ(ask(worker, line).answer, line);
}

TEST(WorkerProcess, AWorkerThatDiedIdleIsReplaced) {
  WorkerProcess worker(shell_loop("echo $$; exit 0"), {});
  for (int i = 0; i < 5; ++i) {
    const Answered got = ask(worker, "a");
    ASSERT_EQ(got.reply, WorkerReply::answered);
    ASSERT_TRUE(ends_soon(got.answer));
  }
}

TEST(WorkerProcess, ALeftBehindChildDoesNotHideACrash) {
  WorkerProcess worker({"sh", "-c", "sleep 1000 & kill -ABRT $$"}, {.reply_within = seconds(10)});
  const Answered got = ask(worker, "a");
  EXPECT_EQ(got.reply, WorkerReply::crashed);
  EXPECT_EQ(got.detail, "signal 6 (Aborted)");
}

TEST(WorkerProcess, MemoryIsLimited) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "skipped: the limit is not applied in sanitizer builds";
#endif
  WorkerProcess worker(shell_loop("ulimit -v"), {.memory_bytes = size_t{512} << 20});
  EXPECT_EQ(ask(worker, "a").answer, std::to_string(512 * 1024));
}

TEST(WorkerProcess, AMissingProgramIsAnError) {
  WorkerProcess worker({"/no/such/program"}, {});
  std::string answer, detail;
  try {
    worker.request("a", answer, detail);
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(
        std::string(error.what()).starts_with("/no/such/program: the worker process cannot be started: No such"));
  }
  EXPECT_THROW(worker.request("two\nlines", answer, detail), Error);
}

TEST(WorkerProcess, EndsWithItsOwner) {
  std::string pid;
  {
    WorkerProcess worker(shell_loop("echo $$"), {});
    pid = ask(worker, "a").answer;
    EXPECT_TRUE(is_alive(pid));
  }
  EXPECT_FALSE(is_alive(pid));
}

TEST(WorkerProcess, OutlivesTheThreadThatStartedIt) {
  WorkerProcess worker(shell_loop("echo $$"), {});
  std::string first;
  std::thread([&] { first = ask(worker, "a").answer; }).join();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(ask(worker, "b").answer, first);
}

TEST(WorkerProcess, HasItsOwnGroupDefaultSignalsAndNoForeignDescriptors) {
  const int leaked = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC, as libraries do
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  WorkerProcess other({"cat"}, {});
  ask(other, "a");
  WorkerProcess worker(shell_loop("echo $(cut -d' ' -f1,5 /proc/$$/stat) $(ls /proc/$$/fd | tr '\\n' ' ')"
                                  "$(grep SigIgn /proc/$$/status | cut -f2)"),
                       {});
  const Answered got = ask(worker, "a");
  ::signal(SIGPIPE, before);
  ::close(leaked);
  const std::string pid = got.answer.substr(0, got.answer.find(' '));
  EXPECT_TRUE(got.answer.starts_with(pid + " " + pid + " 0 1 2 ")) << got.answer;
  EXPECT_TRUE(got.answer.ends_with("0000000000000000")) << got.answer;
}

size_t open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return static_cast<size_t>(std::distance(begin(entries), end(entries)));
}

TEST(WorkerProcess, LeavesNoDescriptorsOrProcessesBehind) {
  const size_t before = open_descriptors();
  for (int i = 0; i < 20; ++i) {
    WorkerProcess good({"cat"}, {}), bad(shell_loop("exit 1"), {}), missing({"/no/such/program"}, {});
    ask(good, "a");
    ask(bad, "a");
    EXPECT_THROW(ask(missing, "a"), Error);
  }
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);  // no child, dead or alive
}

TEST(WorkerProcess, DiesWithItsParent) {
  const testing::TemporaryFolder folder;
  const auto pid_file = folder.path() / "pid";
  ::fflush(nullptr);
  const pid_t parent = ::fork();
  if (parent == 0) {
    WorkerProcess worker(shell_loop("echo $$ > " + pid_file.string() + ".new; mv " + pid_file.string() + ".new " +
                                    pid_file.string() + "; exec sleep 1000"),
                         {});
    std::string answer, detail;
    worker.request("a", answer, detail);
    ::_exit(0);
  }
  for (int tries = 0; tries < 4000 && !std::filesystem::exists(pid_file); ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const std::string worker = read_file(pid_file);
  EXPECT_TRUE(is_alive(worker));
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  EXPECT_TRUE(ends_soon(worker));
}

void be_interrupted_while_waiting() {
  install_interrupt_handler();
  WorkerProcess worker(shell_loop("kill -INT $PPID; exec sleep 1000"), {});
  std::string answer, detail;
  try {
    worker.request("a", answer, detail);
  } catch (const Error& error) {
    std::_Exit(error.kind() == ErrorKind::interrupted ? 42 : 1);
  }
  std::_Exit(2);
}

TEST(WorkerProcessDeathTest, AWaitEndsWhenAskedToStop) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(be_interrupted_while_waiting(), ::testing::ExitedWithCode(42), "");
}

}  // namespace
}  // namespace foreview
