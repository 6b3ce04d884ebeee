#include "features/video_features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace foreview {
namespace {

float named(const std::vector<float>& features, const std::string& name) {
  const auto& names = metadata_feature_names();
  const auto found = std::find(names.begin(), names.end(), name);
  EXPECT_NE(found, names.end()) << name;
  return features.at(found - names.begin());
}

Record captioned(const std::string& caption) {
  Record record;
  record.id = "v";
  record.texts["description"] = caption;
  return record;
}

Record posted_at(double unix_seconds) {
  Record record;
  record.numbers["timestamp"] = Quantity::exact(unix_seconds);
  return record;
}

TEST(MetadataFeatures, UnknownIsNotANumber) {
  const std::vector<float> features = metadata_features(Record{}, std::nullopt);
  ASSERT_EQ(features.size(), metadata_feature_names().size());
  for (size_t i = 0; i < features.size(); ++i) {
    if (metadata_feature_names()[i] == "has_caption") {
      EXPECT_EQ(features[i], 0);
    } else {
      EXPECT_TRUE(std::isnan(features[i])) << metadata_feature_names()[i];
    }
  }
}

TEST(MetadataFeatures, CountsTheCaption) {
  const std::vector<float> features =
      metadata_features(captioned("WOW look at this!! #fyp #cats @me 😂 really? https://x.y"), 9.0);
  EXPECT_FLOAT_EQ(named(features, "duration_log1p"), std::log1p(9.0f));
  EXPECT_EQ(named(features, "has_caption"), 1);
  EXPECT_FLOAT_EQ(named(features, "hashtags_log1p"), std::log1p(2.0f));
  EXPECT_FLOAT_EQ(named(features, "mentions_log1p"), std::log1p(1.0f));
  EXPECT_FLOAT_EQ(named(features, "emoji_log1p"), std::log1p(1.0f));
  EXPECT_FLOAT_EQ(named(features, "exclamation_marks_log1p"), std::log1p(2.0f));
  EXPECT_FLOAT_EQ(named(features, "question_marks_log1p"), std::log1p(1.0f));
  EXPECT_FLOAT_EQ(named(features, "caption_words_log1p"), std::log1p(8.0f));
  EXPECT_EQ(named(features, "has_link"), 1);
  EXPECT_GT(named(features, "upper_case_share"), 0);
}

TEST(MetadataFeatures, EmptyCaptionIsKnownToBeEmpty) {
  const std::vector<float> features = metadata_features(captioned(""), std::nullopt);
  EXPECT_EQ(named(features, "has_caption"), 1);
  EXPECT_EQ(named(features, "caption_words_log1p"), 0);
}

TEST(MetadataFeatures, DurationOfTheMediaComesFirst) {
  Record record;
  record.numbers["duration"] = Quantity::exact(30);
  EXPECT_FLOAT_EQ(named(metadata_features(record, std::nullopt), "duration_log1p"), std::log1p(30.0f));
  EXPECT_FLOAT_EQ(named(metadata_features(record, 7.0), "duration_log1p"), std::log1p(7.0f));
  record.numbers["duration"] = Quantity::exact(-1);
  EXPECT_TRUE(std::isnan(named(metadata_features(record, std::nullopt), "duration_log1p")));
}

TEST(MetadataFeatures, TagsAreNamesOneALineOrBetweenCommas) {
  Record record = captioned("hello");
  EXPECT_FALSE(tags_of(record).has_value());
  EXPECT_TRUE(std::isnan(named(metadata_features(record, std::nullopt), "tags_log1p")));
  record.texts["tags"] = "";
  EXPECT_EQ(named(metadata_features(record, std::nullopt), "tags_log1p"), 0);
  record.texts["tags"] = "New Flat, really\nCats";
  EXPECT_EQ(tags_of(record), (std::vector<std::string>{"new flat really", "cats"}));
  record.texts["tags"] = "New Flat,cats, ,#fun";
  EXPECT_EQ(tags_of(record), (std::vector<std::string>{"new flat", "cats", "#fun"}));
  EXPECT_FLOAT_EQ(named(metadata_features(record, std::nullopt), "tags_log1p"), std::log1p(3.0F));
}

TEST(MetadataFeatures, PostingTime) {
  // 2024-01-06 06:00:00 UTC, a Saturday.
  const std::vector<float> saturday = metadata_features(posted_at(1704520800), std::nullopt);
  EXPECT_NEAR(named(saturday, "posting_hour_sine"), 1, 1e-5);
  EXPECT_NEAR(named(saturday, "posting_hour_cosine"), 0, 1e-5);
  EXPECT_EQ(named(saturday, "posted_at_weekend"), 1);
  const double angle = 2 * M_PI * 5.25 / 7;
  EXPECT_NEAR(named(saturday, "posting_weekday_sine"), std::sin(angle), 1e-5);
  EXPECT_NEAR(named(saturday, "posting_weekday_cosine"), std::cos(angle), 1e-5);
  EXPECT_EQ(named(metadata_features(posted_at(1704520800 + 2 * 86400), std::nullopt), "posted_at_weekend"), 0);
}

TEST(MetadataFeatures, NothingKnownOnlyAfterPostingIsUsed) {
  Record record = captioned("hello");
  const std::vector<float> before = metadata_features(record, 5.0);
  int fields = 0;
  for (const char* field : {"view_count", "like_count", "comment_count", "repost_count", "save_count", "epoch"}) {
    record.numbers[field] = Quantity::exact(123456);
    fields += is_known_only_after_posting(field);
  }
  EXPECT_GE(fields, 4);
  const std::vector<float> after = metadata_features(record, 5.0);
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_TRUE(before[i] == after[i] || (std::isnan(before[i]) && std::isnan(after[i])));
  }
}

TEST(AssembleFeatures, KeepsOnlyWhatIsUsed) {
  Record record = captioned("hi");
  record.texts["uploader_id"] = "someone";
  record.numbers["channel_follower_count"] = Quantity::exact(1200);
  record.numbers["loops"] = Quantity::exact(-40);
  const TimedVectors vectors{.dimension = 1, .values = {1}, .spans = {{0, 1}}};
  const Transcript transcript{.source = "x", .language = "en", .segments = {}};
  const VideoFeatures all =
      assemble_features(record, {}, {"loops", "gone"}, vectors, vectors, transcript, {{0.5f}, {1, 2}, {3}}, 3.0);
  EXPECT_EQ(all.id, "v");
  EXPECT_EQ(all.visual.count(), 1u);
  EXPECT_EQ(all.audio.count(), 1u);
  EXPECT_TRUE(all.transcript.has_value());
  EXPECT_EQ(all.caption, "hi");
  ASSERT_EQ(all.metadata.size(), metadata_feature_names().size() + 2);
  EXPECT_FLOAT_EQ(all.metadata[metadata_feature_names().size()], std::asinh(-40.0F));
  EXPECT_TRUE(std::isnan(all.metadata.back()));
  EXPECT_EQ(all.colour_histogram.size(), 1u);
  EXPECT_EQ(all.measures.size(), 2u);
  EXPECT_EQ(all.sound.size(), 1u);
  EXPECT_EQ(all.author, "someone");
  ASSERT_EQ(all.author_numbers.size(), author_number_names().size());
  EXPECT_EQ(all.author_numbers[0], 1200);

  record.numbers["channel_like_count"] = Quantity::exact(-1889934592.0);
  record.numbers["channel_video_count"] = Quantity::exact(-3e9);
  const VideoFeatures overflowed = assemble_features(record, {}, {}, {}, {}, {}, {}, {});
  EXPECT_EQ(overflowed.author_numbers[1], 2405032704.0) << "2^32 more: it was cut to 32 bits";
  EXPECT_TRUE(std::isnan(overflowed.author_numbers[2])) << "no count";

  const VideoFeatures pixels =
      assemble_features(record, Modalities::parse("visual"), {}, vectors, vectors, transcript, {{0.5f}, {1, 2}, {3}}, 3.0);
  EXPECT_EQ(pixels.visual.count(), 1u);
  EXPECT_EQ(pixels.audio.count(), 0u);
  EXPECT_TRUE(pixels.sound.empty());
  EXPECT_FALSE(pixels.transcript.has_value());
  EXPECT_FALSE(pixels.caption.has_value());
  EXPECT_TRUE(pixels.metadata.empty());

  const VideoFeatures sound =
      assemble_features(record, Modalities::parse("audio"), {}, vectors, vectors, transcript, {{0.5f}, {1, 2}, {3}}, 3.0);
  EXPECT_TRUE(sound.colour_histogram.empty());
  EXPECT_TRUE(sound.measures.empty());
  EXPECT_EQ(sound.sound.size(), 1u);
}

}  // namespace
}  // namespace foreview
