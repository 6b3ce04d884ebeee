#include "foreview/error.h"

#include <gtest/gtest.h>

namespace foreview {
namespace {

TEST(Error, SaysAllPartsInOneLine) {
  const Error error({.file = "a.json", .problem = "wrong form", .expected = "a list", .got = "3", .advice = "fix it"});
  EXPECT_STREQ(error.what(), "a.json: wrong form (expected a list, got 3); fix it");
  EXPECT_EQ(error.kind(), ErrorKind::failed);
}

TEST(Error, LeavesOutEmptyParts) {
  EXPECT_STREQ(Error({.problem = "no"}, ErrorKind::usage).what(), "no");
  EXPECT_STREQ(Error({.problem = "no", .got = "x"}).what(), "no (got x)");
  EXPECT_STREQ(Error({.file = "f", .problem = "no", .expected = "y"}).what(), "f: no (expected y)");
}

TEST(Error, StaysOneHarmlessLine) {
  const Error error({.file = "a\nb\x1b[2J", .problem = "bad \xff"});
  EXPECT_STREQ(error.what(), "a b [2J: bad \xEF\xBF\xBD");
  EXPECT_EQ(error.parts().file, "a\nb\x1b[2J");
}

}  // namespace
}  // namespace foreview
