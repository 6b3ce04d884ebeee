#include "collect/robots.h"

#include <gtest/gtest.h>

namespace foreview {
namespace {

TEST(Robots, LongestRuleDecidesAndAllowWinsAtEqualLength) {
  const RobotsRules rules = RobotsRules::parse(
      "User-agent: *\nDisallow: /\nAllow: /public\nDisallow: /public/hidden\nAllow: /same\nDisallow: /same\n",
      "foreview");
  EXPECT_FALSE(rules.allows("/anything"));
  EXPECT_TRUE(rules.allows("/public/page"));
  EXPECT_FALSE(rules.allows("/public/hidden/page"));
  EXPECT_TRUE(rules.allows("/same"));
  EXPECT_TRUE(rules.allows("/robots.txt"));
  EXPECT_EQ(rules.rule_against("/public/hidden"), "Disallow: /public/hidden");
}

TEST(Robots, OwnGroupReplacesTheStarAndGroupsOfOneNameAreOne) {
  const RobotsRules rules = RobotsRules::parse(
      "User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: ForeView/2.0 (x)\nDisallow: /a # why\n\n"
      "User-agent: foreview\nDisallow: /b\nCrawl-delay: 2.5\n",
      "foreview");
  EXPECT_TRUE(rules.allows("/c"));
  EXPECT_FALSE(rules.allows("/a"));
  EXPECT_FALSE(rules.allows("/b"));
  ASSERT_TRUE(rules.crawl_delay());
  EXPECT_DOUBLE_EQ(*rules.crawl_delay(), 2.5);
}

TEST(Robots, StarsAndEnds) {
  const RobotsRules rules = RobotsRules::parse(
      "user-agent:*\r\ndisallow: /*/private\r\ndisallow: /*.mp4$\r\ndisallow: /fish*x\r\n", "foreview");
  EXPECT_FALSE(rules.allows("/a/b/private/c"));
  EXPECT_TRUE(rules.allows("/private"));
  EXPECT_FALSE(rules.allows("/v/1.mp4"));
  EXPECT_TRUE(rules.allows("/v/1.mp4?key=2"));
  EXPECT_FALSE(rules.allows("/fish/and/xylophone"));
  EXPECT_TRUE(rules.allows("/Fish/x")) << "paths are compared with their case";
}

TEST(Robots, PercentEncodingIsMadeEven) {
  const RobotsRules rules =
      RobotsRules::parse("User-agent: *\nDisallow: /caf\xC3\xA9\nDisallow: /%7Euser\nDisallow: /a%2fb\n", "foreview");
  EXPECT_FALSE(rules.allows("/caf%c3%A9"));
  EXPECT_FALSE(rules.allows("/~user"));
  EXPECT_FALSE(rules.allows("/a%2Fb"));
  EXPECT_TRUE(rules.allows("/a/b"));
}

TEST(Robots, EmptyRulesAndNoise) {
  EXPECT_TRUE(RobotsRules::parse("", "foreview").allows("/x"));
  EXPECT_TRUE(RobotsRules::parse("Disallow: /\n", "foreview").allows("/x")) << "a rule before any group";
  EXPECT_TRUE(RobotsRules::parse("User-agent: *\nDisallow:\n", "foreview").allows("/x"));
  EXPECT_FALSE(
      RobotsRules::parse("\xEF\xBB\xBFUser-agent: *\nSitemap: /s\nfoo\nDisallow: /x\n", "foreview").allows("/x"));
  EXPECT_FALSE(RobotsRules::nothing_allowed().allows("/x"));
}

TEST(Robots, ManyStarsEndSoon) {
  std::string pattern = "/";
  for (int i = 0; i < 200; ++i) pattern += "*a";
  const RobotsRules rules = RobotsRules::parse("User-agent: *\nDisallow: " + pattern + "b\n", "foreview");
  EXPECT_TRUE(rules.allows("/" + std::string(2000, 'a')));
}

}  // namespace
}  // namespace foreview
