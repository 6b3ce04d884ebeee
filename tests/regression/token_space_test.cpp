#include <gtest/gtest.h>

#include "foreview/error.h"
#include "regression/synthetic_videos.h"
#include "regression/token_sequence.h"

namespace foreview {
namespace {

// Captions as a text model of `dimension` numbers would see them; speech is left to TF-IDF.
std::vector<VideoFeatures> read_by_text_model(size_t count, int dimension) {
  std::vector<VideoFeatures> videos = testing::features_of(testing::synthetic_videos({.count = count}));
  Random random(3);
  for (VideoFeatures& video : videos)
    if (video.caption) video.caption_vectors = testing::synthetic_vectors(dimension, 1, 1.0, 5, random);
  return videos;
}

std::vector<const VideoFeatures*> pointers(const std::vector<VideoFeatures>& videos) {
  std::vector<const VideoFeatures*> all;
  for (const VideoFeatures& video : videos) all.push_back(&video);
  return all;
}

std::vector<Token> of_kind(TokenKind kind, const TokenSequence& tokens) {
  std::vector<Token> found;
  for (const Token& token : tokens)
    if (token.kind == kind) found.push_back(token);
  return found;
}

TEST(TokenSpace, VectorsOfATextModelStandForTheWords) {
  std::vector<VideoFeatures> videos = read_by_text_model(60, 12);
  const TokenSpace space = TokenSpace::fit(pointers(videos), 6);
  EXPECT_EQ(space.dimensions()[static_cast<size_t>(TokenKind::caption)], 6);
  const auto before = of_kind(TokenKind::caption, space.tokens(videos[0]));
  ASSERT_EQ(before.size(), 1u);
  videos[0].caption = "other words";
  EXPECT_EQ(of_kind(TokenKind::caption, space.tokens(videos[0]))[0].vector, before[0].vector);
  videos[0].caption_vectors.values[0] += 5;
  EXPECT_NE(of_kind(TokenKind::caption, space.tokens(videos[0]))[0].vector, before[0].vector);
  videos[0].caption_vectors = {};
  EXPECT_TRUE(of_kind(TokenKind::caption, space.tokens(videos[0])).empty());
  EXPECT_EQ(of_kind(TokenKind::transcript, space.tokens(videos[0])).size(), 1u);
}

TEST(TokenSpace, VectorsOfAnotherTextModelAreRefused) {
  const std::vector<VideoFeatures> videos = read_by_text_model(60, 12), others = read_by_text_model(60, 13);
  EXPECT_THROW(TokenSpace::fit(pointers(videos), 6).tokens(others[0]), Error);
}

TEST(TokenSpace, ComesBackFromItsFiles) {
  const std::vector<VideoFeatures> videos = read_by_text_model(60, 12);
  const TokenSpace space = TokenSpace::fit(pointers(videos), 6);
  SafetensorsFile file;
  space.store(file);
  const TokenSpace restored = TokenSpace::restore(space.text_to_json(), "text.json", file);
  const TokenSequence before = space.tokens(videos[1]), after = restored.tokens(videos[1]);
  ASSERT_EQ(before.size(), after.size());
  for (size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before[i].vector, after[i].vector);
}

}  // namespace
}  // namespace foreview
