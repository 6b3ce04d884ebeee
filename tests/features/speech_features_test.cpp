#include "features/speech_features.h"

#include <gtest/gtest.h>

#include <cmath>

#include "features/video_features.h"

namespace foreview {
namespace {

Transcript said(std::vector<TranscriptSegment> segments) {
  return {.source = "sidecar", .language = "en", .segments = std::move(segments)};
}

TEST(SpeechFeatures, NobodySpeaks) {
  EXPECT_EQ(speech_features(said({})), (std::vector<float>{1, 0, 0}));
  EXPECT_EQ(speech_features(said({{" ... ", 0, 2}})), (std::vector<float>{1, 0, 0}));
}

TEST(SpeechFeatures, SomebodySpeaks) {
  const auto numbers = speech_features(said({{"come and see", 1, 2}, {"this", 5, 5.5}}));
  ASSERT_EQ(numbers.size(), speech_feature_names().size());
  EXPECT_EQ(numbers[0], 0);
  EXPECT_FLOAT_EQ(numbers[1], std::log1p(4.0F));
  EXPECT_FLOAT_EQ(numbers[2], 4 / 1.5F);
}

TEST(SpeechFeatures, WithoutTimesTheRateIsUnknown) {
  EXPECT_TRUE(std::isnan(speech_features(said({{"come and see", 0, 0}}))[2]));
}

TEST(SpeechFeatures, AreThereWhereATranscriptIs) {
  const auto features_of = [](const char* use, std::optional<Transcript> transcript) {
    return assemble_features(Record{}, Modalities::parse(use), {}, {}, {}, std::move(transcript), {}, 3.0).speech;
  };
  EXPECT_EQ(features_of("speech", said({})), (std::vector<float>{1, 0, 0}));
  EXPECT_TRUE(features_of("audio", said({})).empty());
  EXPECT_TRUE(features_of("speech", std::nullopt).empty());
}

}  // namespace
}  // namespace foreview
