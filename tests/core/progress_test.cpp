#include "core/progress.h"

#include <gtest/gtest.h>

#include <thread>

#include "captured_stderr.h"
#include "core/log.h"

namespace foreview {
namespace {

using testing::CapturedStderr;
using Kind = CapturedStderr::Kind;

void wait_past_the_quiet_time() { std::this_thread::sleep_for(std::chrono::milliseconds(550)); }

TEST(Progress, IsSilentForShortWork) {
  for (const Kind kind : {Kind::pipe, Kind::terminal}) {
    CapturedStderr captured(kind);
    {
      Progress progress("prepare", 3, "videos");
      for (int i = 0; i < 3; ++i) progress.advance();
    }
    EXPECT_EQ(captured.take(), "");
  }
}

TEST(Progress, WritesOneClosingLineWithoutATerminal) {
  CapturedStderr captured(Kind::pipe);
  Progress progress("prepare", 3, "videos");
  wait_past_the_quiet_time();
  progress.advance(3);
  EXPECT_EQ(captured.take(), "");  // plain lines come every few seconds
  progress.count_failure();
  progress.set_detail("loss\n0.5");
  progress.finish();
  progress.finish();
  const std::string text = captured.take();
  EXPECT_TRUE(text.starts_with("prepare: 3 videos in ")) << text;
  EXPECT_NE(text.find("/s, "), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with(", 1 failed, loss 0.5\n")) << text;
}

TEST(Progress, SaysHowFarStoppedWorkCame) {
  CapturedStderr captured(Kind::pipe);
  {
    Progress progress("train", 10, "steps");
    progress.advance(4);
    wait_past_the_quiet_time();
  }
  EXPECT_EQ(captured.take().substr(0, 21), "train: 4/10 steps in ");
}

TEST(Progress, DrawsABarThatFitsTheTerminal) {
  CapturedStderr captured(Kind::terminal);
  Progress progress("prepare", 4, "videos");
  wait_past_the_quiet_time();
  progress.set_detail(std::string(200, 'x'));
  progress.advance();
  const std::string text = captured.take();
  EXPECT_TRUE(text.starts_with("\r\x1b[Kprepare [######..................] 1/4 videos, ")) << text;
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(text.size(), 4u + 59u);  // one column less than the terminal has
  progress.finish();
  EXPECT_TRUE(captured.take().starts_with("\r\x1b[Kprepare: 1/4 videos in "));
}

TEST(Progress, TheTimeLeftIsOfTheWorkAndNotOfItsPreparation) {
  CapturedStderr captured(Kind::terminal);
  Progress progress("fit", 100, "it");
  wait_past_the_quiet_time();
  progress.advance();
  EXPECT_EQ(captured.take().find("left"), std::string::npos) << "one unit says nothing";
  std::this_thread::sleep_for(std::chrono::milliseconds(110));
  progress.advance(98);
  EXPECT_NE(captured.take().find(", 0.0 s left"), std::string::npos);
}

TEST(Progress, MessagesDoNotBreakTheBar) {
  CapturedStderr captured(Kind::terminal);
  Progress progress("prepare", 4, "videos");
  wait_past_the_quiet_time();
  progress.advance();
  const std::string bar = captured.take();
  warn_line("a.mp4: cannot be read");
  EXPECT_EQ(captured.take(), "\r\x1b[Kwarning: a.mp4: cannot be read\r\n" + bar.substr(4));
  progress.finish();
  captured.take();
  info_line("done");
  EXPECT_EQ(captured.take(), "done\r\n");
}

TEST(Progress, CountsAllUnitsOfAllThreads) {
  CapturedStderr captured(Kind::pipe);
  Progress progress("embed", 0, "videos");
  {
    std::jthread first([&] {
      for (int i = 0; i < 5000; ++i) progress.advance();
    });
    std::jthread second([&] {
      for (int i = 0; i < 5000; ++i) progress.advance();
    });
  }
  wait_past_the_quiet_time();
  progress.finish();
  EXPECT_EQ(captured.take().substr(0, 23), "embed: 10000 videos in ");
}

}  // namespace
}  // namespace foreview
