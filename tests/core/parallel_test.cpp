#include "core/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace foreview {
namespace {

TEST(Parallel, VisitsEachIndexOnce) {
  for (const int workers : {-1, 0, 1, 3, 64}) {
    std::vector<std::atomic<int>> visits(200);
    std::atomic<int> highest_worker{0};
    for_each_parallel(visits.size(), workers, [&](size_t index, int worker) {
      ++visits[index];
      if (worker > highest_worker) highest_worker = worker;
      ASSERT_GE(worker, 0);
    });
    for (const auto& count : visits) EXPECT_EQ(count, 1);
    EXPECT_LT(highest_worker, std::max(workers, 1));
  }
  for_each_parallel(0, 4, [](size_t, int) { FAIL(); });
}

TEST(Parallel, RunsAtTheSameTime) {
  std::atomic<int> present{0};
  for_each_parallel(2, 2, [&](size_t, int) {  // each waits for the other: would never end one after the other
    ++present;
    while (present < 2) std::this_thread::yield();
  });
  EXPECT_EQ(present, 2);
}

TEST(Parallel, ThrowsTheLowestFailureAndStops) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> started{0};
    try {
      for_each_parallel(100000, 4, [&](size_t index, int) {
        ++started;
        if (index >= 10) throw std::runtime_error(std::to_string(index));
      });
      FAIL() << "no exception";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "10");
    }
    EXPECT_LT(started, 100);
  }
}

TEST(Parallel, WhichFailureIsThrownDoesNotDependOnWhichComesFirst) {
  for (const size_t first_to_fail : {0, 1}) {
    std::atomic<int> present{0};
    std::atomic<bool> failed{false};
    try {
      for_each_parallel(2, 2, [&](size_t index, int) {
        ++present;
        while (present < 2) std::this_thread::yield();
        if (index != first_to_fail) {
          while (!failed) std::this_thread::yield();
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        failed = true;
        throw std::runtime_error(std::to_string(index));
      });
      FAIL() << "no exception";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "0");
    }
  }
}

TEST(Parallel, FindsAtLeastOneProcessor) { EXPECT_GE(available_processors(), 1); }

}  // namespace
}  // namespace foreview
