#include "core/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <vector>

namespace foreview {
namespace {

TEST(Random, FollowsTheReferenceSequence) {
  // xoshiro256** seeded by SplitMix64 of 42, from an implementation in Python that gives the published vectors of both.
  Random random(42);
  for (const uint64_t expected :
       {1546998764402558742u, 6990951692964543102u, 12544586762248559009u, 17057574109182124193u})
    EXPECT_EQ(random.next(), expected);
}

TEST(Random, SeedsOfPurposesDiffer) {
  std::set<uint64_t> seeds;
  for (uint64_t seed = 0; seed < 10; ++seed)
    for (const char* purpose : {"", "split", "weights"}) seeds.insert(derive_seed(seed, purpose));
  EXPECT_EQ(seeds.size(), 30u);
  EXPECT_EQ(derive_seed(1, "split"), derive_seed(1, "split"));
  EXPECT_NE(derive_seed(1, "1:x"), derive_seed(11, ":x"));
}

TEST(Random, UniformAndNormalHaveTheirMoments) {
  Random random(1);
  constexpr int n = 100000;
  double uniform_sum = 0, normal_sum = 0, normal_squares = 0;
  for (int i = 0; i < n; ++i) {
    const double u = random.uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    uniform_sum += u;
    const double z = random.normal();
    normal_sum += z;
    normal_squares += z * z;
  }
  EXPECT_NEAR(uniform_sum / n, 0.5, 0.005);
  EXPECT_NEAR(normal_sum / n, 0, 0.015);
  EXPECT_NEAR(normal_squares / n, 1, 0.02);
}

TEST(Random, BelowIsEvenAndInRange) {
  Random random(2);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70000; ++i) ++counts.at(random.below(7));
  for (const int count : counts) EXPECT_NEAR(count, 10000, 500);
  EXPECT_EQ(random.below(1), 0u);
  EXPECT_LT(random.below(size_t{1} << 63), size_t{1} << 63);
}

TEST(Random, ShuffleKeepsAllItems) {
  std::vector<int> items(50), sorted(50);
  std::iota(items.begin(), items.end(), 0);
  sorted = items;
  Random(3).shuffle(std::span<int>(items));
  EXPECT_NE(items, sorted);
  std::sort(items.begin(), items.end());
  EXPECT_EQ(items, sorted);
}

}  // namespace
}  // namespace foreview
