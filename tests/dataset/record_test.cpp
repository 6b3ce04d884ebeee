#include "dataset/record.h"

#include <gtest/gtest.h>

namespace foreview {
namespace {

TEST(Record, FieldsThatAreNotThere) {
  const Record record{.id = "a", .file = {}, .source = {}, .texts = {{"title", "t"}}, .numbers = {}};
  EXPECT_EQ(record.text("title"), "t");
  EXPECT_EQ(record.text("description"), "");
  EXPECT_FALSE(record.number("view_count"));
}

TEST(Record, ProblemIsOneLine) {
  EXPECT_EQ((Problem{"a.mp4", "is empty", "get it again"}.line()), "a.mp4: is empty; get it again");
  EXPECT_EQ((Problem{"", "is empty", ""}.line()), "is empty");
}

TEST(Record, KnowsWhatExistsOnlyAfterPosting) {
  for (const char* field :
       {"view_count", "like_count", "comment_count", "share_count", "save_count", "repost_count", "plays"})
    EXPECT_TRUE(is_known_only_after_posting(field)) << field;
  for (const char* field : {"duration", "timestamp", "channel_follower_count", "description", "fight"})
    EXPECT_FALSE(is_known_only_after_posting(field)) << field;
}

}  // namespace
}  // namespace foreview
