#include "dataset/target.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "foreview/error.h"

namespace foreview {
namespace {

Target automatic(const std::vector<double>& labels) { return resolve_target("x", TransformChoice::automatic, labels); }

TEST(Target, HeavyTailedCountsAreModelledAsLog1p) {
  EXPECT_EQ(automatic({10, 20, 30, 1000}).transform, Transform::log1p);     // mean 265 above 2 x 25
  EXPECT_EQ(automatic({10, 10, 10, 10, 100}).transform, Transform::log1p);  // by its mean alone: 28 above 2 x 10
  EXPECT_EQ(automatic({0, 0, 0, 5}).transform, Transform::log1p);
  std::vector<double> labels(100, 10.0);
  labels.push_back(201);  // above 20 x median, mean near 12
  EXPECT_EQ(automatic(labels).transform, Transform::log1p);
}

TEST(Target, OthersAreModelledAsTheyAre) {
  EXPECT_EQ(automatic({10, 20, 30, 40}).transform, Transform::none);
  EXPECT_EQ(automatic({-1, 20, 30, 100000}).transform, Transform::none);
  EXPECT_EQ(automatic({}).transform, Transform::none);
  EXPECT_FALSE(automatic({}).binary);
}

TEST(Target, ZeroAndOneIsBinary) {
  const Target target = automatic({0, 0, 0, 0, 1});
  EXPECT_TRUE(target.binary);
  EXPECT_EQ(target.transform, Transform::none);
  EXPECT_FALSE(automatic({0, 1, 2}).binary);
}

TEST(Target, TransformsThereAndBack) {
  const Target log{.name = "x", .transform = Transform::log1p, .binary = false};
  for (double raw : {0.0, 1.0, 1635.0, 150.9e6}) EXPECT_NEAR(log.inverse(log.forward(raw)), raw, raw * 1e-12);
  EXPECT_EQ(log.inverse(-3), 0);
  EXPECT_TRUE(std::isfinite(log.inverse(1e6)));
  EXPECT_EQ((Target{.name = "x"}.inverse(-3)), -3);
}

TEST(Target, ForcedTransform) {
  EXPECT_EQ(resolve_target("x", TransformChoice::log1p, {10, 20}).transform, Transform::log1p);
  EXPECT_EQ(resolve_target("x", TransformChoice::none, {0, 0, 9999}).transform, Transform::none);
  try {
    resolve_target("x", TransformChoice::log1p, {-1, 2});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
  }
  EXPECT_EQ(transform_choice_from_name("auto"), TransformChoice::automatic);
  EXPECT_FALSE(transform_choice_from_name("log"));
}

std::string missing(const std::string& name, const std::vector<Record>& records) {
  try {
    TargetCheck check(name);
    for (const Record& record : records) check.see(record);
    check.require();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "found";
}

TEST(Target, MustBeInTheRecords) {
  Record a, b;
  b.numbers["view_count"] = Quantity::exact(5);
  b.numbers["fight"] = Quantity::exact(1);
  EXPECT_EQ(missing("view_count", {a, b}), "found");
  EXPECT_NE(missing("view_cuont", {a, b}).find("did you mean view_count?"), std::string::npos);
  EXPECT_NE(missing("zzzzzzzzzzzzzzz", {a, b}).find("fight, view_count"), std::string::npos);
  EXPECT_NE(missing("view_count", {a}).find("no record has any number"), std::string::npos);
}

TEST(Target, ARatioHasTheIntervalOfBothNumbers) {
  Record record, bare;
  record.numbers["view_count"] = {1000, 950, 1050};
  record.numbers["channel_follower_count"] = {10, 9.5, 10.5};
  record.numbers["like_count"] = Quantity::exact(0);
  const std::string ratio = "view_count/channel_follower_count";
  const auto value = target_value(record, ratio);
  ASSERT_TRUE(value);
  EXPECT_DOUBLE_EQ(value->value, 100);
  EXPECT_DOUBLE_EQ(value->low, 950 / 10.5);
  EXPECT_DOUBLE_EQ(value->high, 1050 / 9.5);
  EXPECT_EQ(target_value(record, "view_count")->value, 1000);
  EXPECT_FALSE(target_value(record, "view_count/like_count")) << "the divisor is 0";
  EXPECT_FALSE(target_value(bare, ratio));
  EXPECT_EQ(missing(ratio, {bare, record}), "found");
  EXPECT_NE(missing("view_count/folower_count", {record}).find("number named \"folower_count\""), std::string::npos);
  EXPECT_NE(missing("view_cuont/like_count", {record}).find("did you mean "), std::string::npos);
  EXPECT_NE(missing("view_cuont/like_count", {record}).find("number named \"view_cuont\""), std::string::npos);
  EXPECT_NE(missing("view_count/like_count", {record}).find("the second above 0"), std::string::npos);
}

TEST(Target, UsualNamesAreKnown) {
  EXPECT_EQ(canonical_target("playCount", ""), "view_count");
  EXPECT_EQ(canonical_target("plays/followers", ""), "view_count/channel_follower_count");
  EXPECT_EQ(canonical_target("seen", "view_count=seen"), "view_count");
  EXPECT_EQ(canonical_target("fight", ""), "fight");
}

}  // namespace
}  // namespace foreview
