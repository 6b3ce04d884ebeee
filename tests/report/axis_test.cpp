#include "report/axis.h"

#include <gtest/gtest.h>

#include <cmath>

#include "report/number_text.h"

namespace foreview {
namespace {

TEST(NumberText, reads_as_sites_write_counts) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(0.425), "0.425");
  EXPECT_EQ(count_text(1635), "1,635");
  EXPECT_EQ(count_text(999.6), "1,000");
  EXPECT_EQ(count_text(10000), "10K");
  EXPECT_EQ(count_text(21.1e6), "21.1M");
  EXPECT_EQ(count_text(150.9e6), "151M");
  EXPECT_EQ(count_text(999960), "1.0M");
  EXPECT_EQ(count_text(-1635), "−1,635");
  EXPECT_EQ(count_text(NAN), "–");
  EXPECT_EQ(figure_text(-0.5), "−0.500");
  EXPECT_EQ(figure_text(std::nullopt), "–");
  EXPECT_EQ(percent_text(0.794), "79 %");
}

TEST(Axis, linear_ticks_are_round_and_inside) {
  const Axis axis = linear_axis({0.013, 0.097}, "loss", true);
  ASSERT_GE(axis.ticks.size(), 4u);
  EXPECT_EQ(axis.ticks.front().label, "0");
  EXPECT_EQ(axis.ticks[1].label, "0.02");
  for (const Axis::Tick& tick : axis.ticks) EXPECT_LE(tick.position, axis.high);
}

TEST(Axis, counts_stand_at_their_logarithms) {
  const Axis axis = log1p_axis({0, std::log1p(2e6)}, "views");
  ASSERT_EQ(axis.ticks.size(), 8u);
  EXPECT_EQ(axis.ticks[0].label, "0");
  EXPECT_EQ(axis.ticks[7].label, "1M");
  EXPECT_NEAR(axis.ticks[4].position, std::log1p(1000), 1e-12);
  EXPECT_GE(log1p_axis({8.0, 8.3}, "views").ticks.size(), 2u) << "less than a power of ten still has marks";
}

TEST(Axis, factors_are_symmetric) {
  const Axis axis = factor_axis({-1.0, std::log(25.0)}, "predicted ÷ actual");
  EXPECT_DOUBLE_EQ(axis.low, -axis.high);
  ASSERT_EQ(axis.ticks.size(), 3u);
  EXPECT_EQ(axis.ticks[1].label, "×10");
  EXPECT_EQ(axis.ticks[2].label, "÷10");
}

TEST(Axis, has_a_span_for_any_values) {
  for (const std::vector<double>& values : {std::vector<double>{}, {NAN}, {5, 5}, {0}, {-INFINITY, 3}, {1e300, -1e300}})
    for (const Axis& axis :
         {linear_axis(values, ""), log1p_axis(values, ""), factor_axis(values, ""), symmetric_axis(values, "")}) {
      EXPECT_LT(axis.low, axis.high);
      EXPECT_LE(axis.ticks.size(), 25u);
    }
}

}  // namespace
}  // namespace foreview
