#include "features/regions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace foreview {
namespace {

constexpr int width = 40, height = 50;

Mask mask_of(const std::function<bool(int x, int y)>& is_in) {
  Mask mask;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) mask.push_back(is_in(x, y));
  return mask;
}

double distance(int x, int y) { return std::hypot(x - 20, y - 25); }

TEST(Regions, TellSizesAndCircles) {
  const auto disc = regions_of(mask_of([](int x, int y) { return distance(x, y) < 12; }), width, height);
  ASSERT_EQ(disc.size(), 1u);
  EXPECT_EQ(disc[0].pixels, 437u);
  EXPECT_NEAR(disc[0].inner_radius, 12, 0.6);
  EXPECT_NEAR(disc[0].outer_radius, 12, 0.6);

  const auto bar =
      regions_of(mask_of([](int x, int y) { return x >= 5 && x < 35 && y >= 20 && y < 26; }), width, height);
  ASSERT_EQ(bar.size(), 1u);
  EXPECT_EQ(bar[0].pixels, 180u);
  EXPECT_EQ(bar[0].inner_radius, 3);
  EXPECT_NEAR(bar[0].outer_radius, 15, 0.6);

  EXPECT_TRUE(regions_of(Mask(width * height, 0), width, height).empty());
}

TEST(Regions, TouchSideBySideAndEndWithThePicture) {
  const auto corners =
      regions_of(mask_of([](int x, int y) { return (x == 3 && y == 3) || (x == 4 && y == 4); }), width, height);
  ASSERT_EQ(corners.size(), 2u) << "corner to corner is not side by side";
  EXPECT_EQ(corners[0].inner_radius, 1);
  EXPECT_EQ(corners[0].outer_radius, 0.5);
  const auto all = regions_of(Mask(width * height, 1), width, height);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].inner_radius, 20) << "half the width";
  const auto ends =
      regions_of(mask_of([](int x, int y) { return (x == width - 1 && y == 7) || (x == 0 && y == 8); }), width, height);
  EXPECT_EQ(ends.size(), 2u) << "a row's end does not touch the next one's beginning";
}

TEST(Regions, SizesAreThoseOfTheRegions) {
  const Mask specks = mask_of([](int x, int y) { return (x * 7 + y * 13) % 11 < 5; });
  std::vector<size_t> sizes;
  for (const Region& region : regions_of(specks, width, height)) sizes.push_back(region.pixels);
  EXPECT_GT(sizes.size(), 5u);
  EXPECT_EQ(region_sizes(specks, width), sizes);
}

TEST(Regions, HolesAreFilledBaysAreNot) {
  const auto ring = mask_of([](int x, int y) { return distance(x, y) < 12 && distance(x, y) > 6; });
  const Mask disc = mask_of([](int x, int y) { return distance(x, y) < 12; });
  EXPECT_EQ(without_holes(ring, width, height), disc);
  const Mask bay = mask_of(
                 [](int x, int y) { return distance(x, y) < 12 && (distance(x, y) > 6 || (y == 25 && x > 20)); }),
             open = mask_of(
                 [](int x, int y) { return distance(x, y) < 12 && distance(x, y) > 6 && !(y == 25 && x > 20); });
  EXPECT_EQ(without_holes(bay, width, height), disc);
  EXPECT_EQ(without_holes(open, width, height), open) << "a way leads out of it";
}

TEST(Regions, EdgesAreTheirs) {
  const auto box = [](int inset) {
    return mask_of([=](int x, int y) { return x < 10 - inset && y >= 5 + inset && y < 20 - inset; });
  };
  EXPECT_EQ(without_edges(box(0), width, height), box(1)) << "the picture's border is no edge";
}

}  // namespace
}  // namespace foreview
