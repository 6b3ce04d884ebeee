#include "dataset/posting_time.h"

#include <gtest/gtest.h>

namespace foreview {
namespace {

std::optional<double> posted(const std::string& id, std::map<std::string, std::string> texts = {},
                             std::map<std::string, Quantity> numbers = {}) {
  return posted_unix({.id = id, .file = {}, .source = {}, .texts = std::move(texts), .numbers = std::move(numbers)});
}

TEST(PostingTime, TimestampComesFirst) {
  EXPECT_EQ(posted("7261314534885870894", {{"upload_date", "20230101"}}, {{"timestamp", Quantity::exact(1e9)}}), 1e9);
}

TEST(PostingTime, MomentsAreWrittenInManyWays) {
  EXPECT_EQ(posted("x", {}, {{"timestamp", Quantity::exact(1600000000123)}}), 1600000000.123) << "milliseconds";
  for (const char* text :
       {"2020-09-13T12:26:40Z", "2020-09-13 12:26:40", "2020-09-13T14:26:40.5+02:00", "2020-09-13T07:26:40.000-05:00"})
    EXPECT_EQ(posted("x", {{"timestamp", text}}), 1600000000) << text;
  for (const char* text :
       {"2020-09-13T25:26:40Z", "2020-09-13T12:26", "yesterday", "2020-09-13T12:26:40+2", "13/09/2020"})
    EXPECT_FALSE(posted("x", {{"timestamp", text}})) << text;
  Record record{
      .id = "x", .file = {}, .source = {}, .texts = {{"timestamp", "2020-09-13T12:26:40Z"}, {"epoch", "2020-09-14"}}};
  EXPECT_EQ(age_at_observation(record), 1600041600 - 1600000000);
}

TEST(PostingTime, ThenTheUploadDate) {
  EXPECT_EQ(posted("7261314534885870894", {{"upload_date", "20230101"}}), 1672531200);
  EXPECT_EQ(posted("x", {{"upload_date", "2023-01-01"}}), 1672531200);
  EXPECT_EQ(posted("x", {{"upload_date", "20240229"}}), 1709164800);
}

TEST(PostingTime, ThenTheTikTokId) {
  EXPECT_EQ(posted("7261314534885870894"), static_cast<double>(7261314534885870894ull >> 32));
  EXPECT_EQ(posted("7261314534885870894", {}, {{"timestamp", Quantity::exact(1e13)}}),
            static_cast<double>(7261314534885870894ull >> 32));
}

TEST(PostingTime, OtherwiseUnknown) {
  EXPECT_FALSE(posted(""));
  EXPECT_FALSE(posted("726131453488587089"));   // 18 digits
  EXPECT_FALSE(posted("1000000000000000000"));  // 1977
  EXPECT_FALSE(posted("x", {{"upload_date", "20230230"}}));
  EXPECT_FALSE(posted("x", {{"upload_date", "2023011x"}}));
  EXPECT_FALSE(posted("x", {{"upload_date", "00000000"}}));
}

TEST(PostingTime, AgeIsTheTimeFromPostingToCounting) {
  Record record;
  record.numbers["timestamp"] = Quantity::exact(1600000000);
  EXPECT_FALSE(age_at_observation(record));
  record.numbers["epoch"] = Quantity::exact(1600000000 + 3 * 86400);
  EXPECT_EQ(age_at_observation(record), 3 * 86400);
  record.numbers["epoch"] = Quantity::exact(1500000000);
  EXPECT_FALSE(age_at_observation(record)) << "counted before it was posted";
}

TEST(PostingTime, DurationsAreWrittenWithTheirUnit) {
  EXPECT_EQ(seconds_of(""), 0);
  EXPECT_EQ(seconds_of("36h"), 36 * 3600);
  EXPECT_EQ(seconds_of("1.5d"), 1.5 * 86400);
  EXPECT_EQ(seconds_of("2w"), 14 * 86400);
  for (const char* text : {"7", "d", "7 d", "-1d", "7m", "7dd", "nand", "1e9d"}) EXPECT_FALSE(seconds_of(text)) << text;
}

}  // namespace
}  // namespace foreview
