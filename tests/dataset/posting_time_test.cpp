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

}  // namespace
}  // namespace foreview
