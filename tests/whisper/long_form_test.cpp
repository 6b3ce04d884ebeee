#include "whisper/long_form.h"

#include <gtest/gtest.h>

namespace foreview {
namespace {

constexpr int begin = 100;  // of the timestamps

/// Answers with what the test put there, and remembers what it was asked.
class Scripted : public WindowTranscriber {
 public:
  struct Ask {
    int64_t seek;
    double temperature;
    std::vector<int> prompt;
  };
  std::function<DecodingResult(const Ask&)> answer;
  std::vector<Ask> asks;

  DecodingResult decode(int64_t seek, const DecodingOptions& options) override {
    asks.push_back({seek, options.temperature, options.prompt});
    DecodingResult result = answer(asks.back());
    result.temperature = options.temperature;
    return result;
  }
  std::string text_of(const std::vector<int>& tokens) const override {
    std::string text;
    for (const int token : tokens)
      if (token < begin) text += "w" + std::to_string(token);
    return text;
  }
  int timestamp_begin() const override { return begin; }
  int end_of_text() const override { return 99; }
  int64_t window_frames() const override { return 3000; }
};

DecodingResult good(std::vector<int> tokens) { return {.tokens = std::move(tokens), .avg_logprob = -0.3}; }

std::vector<WhisperWindow> run(Scripted& windows, int64_t frames, LongFormOptions options = {},
                               std::vector<std::array<double, 2>> voiced = {{0, 1000}}) {
  std::vector<WhisperWindow> all;
  transcribe_long_form(windows, frames, voiced, options, [&](const WhisperWindow& window) { all.push_back(window); });
  return all;
}

TEST(LongForm, GoesOnWhereTheLastCompleteSegmentEnded) {
  Scripted windows;
  windows.answer = [](const Scripted::Ask& ask) {
    // The first window has a pair of timestamps at 20 s, then words that are cut off.
    return ask.seek == 0 ? good({begin, 1, begin + 1000, begin + 1000, 2}) : good({begin, 3, begin + 500});
  };
  const auto all = run(windows, 4000);
  ASSERT_EQ(windows.asks.size(), 2u);
  EXPECT_EQ(windows.asks[1].seek, 2000);
  ASSERT_EQ(all[0].segments.size(), 1u);
  EXPECT_EQ(all[0].segments[0].text, "w1");
  EXPECT_DOUBLE_EQ(all[0].segments[0].end, 20.0);
  EXPECT_DOUBLE_EQ(all[1].segments[0].start, 20.0);
  EXPECT_DOUBLE_EQ(all[1].segments[0].end, 30.0);
}

TEST(LongForm, ASingleTimestampAtTheEndCompletesTheWindow) {
  Scripted windows;
  windows.answer = [](const Scripted::Ask&) { return good({begin, 1, begin + 200, begin + 200, 2, begin + 400}); };
  const auto all = run(windows, 4000);
  ASSERT_EQ(windows.asks.size(), 2u);
  EXPECT_EQ(windows.asks[1].seek, 3000);
  EXPECT_EQ(all[0].segments.size(), 2u);
}

TEST(LongForm, WhatWasSaidIsThePromptUnlessGuessedHot) {
  Scripted windows;
  windows.answer = [](const Scripted::Ask&) { return good({begin, 1, begin + 100}); };
  run(windows, 6000);
  EXPECT_EQ(windows.asks[1].prompt, (std::vector<int>{begin, 1, begin + 100}));

  Scripted hot;
  hot.answer = windows.answer;
  run(hot, 6000, {.temperatures = {0.8}});
  EXPECT_TRUE(hot.asks[1].prompt.empty());
  Scripted apart;
  apart.answer = windows.answer;
  run(apart, 6000, {.condition_on_previous_text = false});
  EXPECT_TRUE(apart.asks[1].prompt.empty());
}

TEST(LongForm, UnlikelyOrRepeatingResultsAreTriedHotter) {
  for (const bool repeats : {false, true}) {
    Scripted windows;
    windows.answer = [&](const Scripted::Ask& ask) {
      DecodingResult result = good({begin, 1, begin + 100});
      if (ask.temperature < 0.3) (repeats ? result.compression_ratio : result.avg_logprob) = repeats ? 3.0 : -2.0;
      return result;
    };
    const auto all = run(windows, 1000);
    EXPECT_EQ(windows.asks.size(), 3u);
    EXPECT_DOUBLE_EQ(all[0].result.temperature, 0.4);
  }
}

TEST(LongForm, TheLikeliestIsKeptWhenAllFail) {
  Scripted windows;
  windows.answer = [](const Scripted::Ask& ask) {
    DecodingResult result = good({begin, 1, begin + 100});
    result.avg_logprob = ask.temperature == 0.4 ? -1.5 : -3;
    return result;
  };
  const auto all = run(windows, 1000);
  EXPECT_EQ(windows.asks.size(), 6u);
  EXPECT_DOUBLE_EQ(all[0].result.temperature, 0.4);
}

TEST(LongForm, SilenceSaysNothingAndIsNotTriedAgain) {
  Scripted windows;
  windows.answer = [](const Scripted::Ask&) {
    DecodingResult result = good({begin, 1, begin + 100});
    result.avg_logprob = -2;
    result.no_speech_prob = 0.9;
    return result;
  };
  const auto all = run(windows, 1000);
  EXPECT_EQ(windows.asks.size(), 1u);
  EXPECT_TRUE(all[0].silent);
  EXPECT_TRUE(all[0].segments.empty());
}

TEST(LongForm, OnlyVoicedWindowsAreDecodedAndOnlyVoicedSegmentsKept) {
  Scripted windows;
  windows.answer = [](const Scripted::Ask&) {
    return good({begin, 1, begin + 100, begin + 100, 2, begin + 200, begin + 1000, 3, begin + 1100});
  };
  const auto all = run(windows, 9000, {}, {{33, 34}});
  ASSERT_EQ(windows.asks.size(), 1u);
  EXPECT_EQ(windows.asks[0].seek, 3000);
  ASSERT_EQ(all[0].segments.size(), 1u);
  EXPECT_EQ(all[0].segments[0].text, "w2");
}

}  // namespace
}  // namespace foreview
