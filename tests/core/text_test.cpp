#include "core/text.h"

#include <gtest/gtest.h>

namespace foreview {
namespace {

using Names = std::vector<std::string>;

TEST(Text, FindsTheNearestNames) {
  const Names known{"visual", "audio", "speech", "caption", "metadata"};
  EXPECT_EQ(nearest_names("vsiual", known, 1), Names{"visual"});
  EXPECT_EQ(nearest_names("CAPTON", known, 1), Names{"caption"});
  EXPECT_EQ(nearest_names("zzzzzzzzzzzz", known), Names{});
  EXPECT_EQ(nearest_names("view_cont", {"like_count", "view_count"}).front(), "view_count");
  EXPECT_EQ(nearest_names("x", {}), Names{});
  EXPECT_EQ(nearest_names(std::string(1'000'000, 'a'), {std::string(1'000'000, 'b')}), Names{});
}

TEST(Text, KeepsGoodUtf8) {
  const std::string good = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80 z";
  EXPECT_EQ(clean_utf8(good), good);
}

TEST(Text, ReplacesBadUtf8) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(clean_utf8("\xff"
                       "a"),
            bad + "a");
  EXPECT_EQ(clean_utf8("\xC3"), bad);  // cut short
  EXPECT_EQ(clean_utf8("\xC3"
                       "a"),
            bad + "a");                                              // what follows is kept
  EXPECT_EQ(clean_utf8("\xC0\xAF"), bad + bad);                      // overlong
  EXPECT_EQ(clean_utf8("\xE0\x80\xAF"), bad + bad + bad);            // overlong
  EXPECT_EQ(clean_utf8("\xF0\x8F\xBF\xBF"), bad + bad + bad + bad);  // overlong
  EXPECT_EQ(clean_utf8("\xED\xA0\x80"), bad + bad + bad);            // surrogate
  EXPECT_EQ(clean_utf8("\xF4\x90\x80\x80"), bad + bad + bad + bad);  // above U+10FFFF
  EXPECT_EQ(clean_utf8("\xF0\x9F\x98"), bad);                        // one bad beginning, one mark
}

TEST(Text, TurnsControlCharactersIntoSpaces) {
  EXPECT_EQ(clean_utf8(std::string("a\0b\nc\x7F"
                                   "d\x1b[0m",
                                   11)),
            "a b c d [0m");
  EXPECT_EQ(clean_utf8("a\xC2\x85"
                       "b\xE2\x80\xA8"
                       "c"),
            "a b c");
}

TEST(Text, SplitsAndJoins) {
  EXPECT_EQ(split_text("a,,b,", ','), (Names{"a", "", "b", ""}));
  EXPECT_EQ(split_text("", ','), Names{""});
  EXPECT_EQ(join({"a", "b", "c"}, ", "), "a, b, c");
  EXPECT_EQ(join({}, ", "), "");
  EXPECT_EQ(lower_ascii("A\xC3\x84z"), "a\xC3\x84z");
}

}  // namespace
}  // namespace foreview
