#include "features/text_vectors.h"

#include <gtest/gtest.h>

#include "bert/tiny_bert.h"

namespace foreview {
namespace {

TEST(TextVectors, NeighbouringSegmentsAreJoinedUntilAPassageIsLong) {
  Transcript transcript{.source = "test", .language = "en", .segments = {}};
  for (int i = 0; i < 5; ++i) transcript.segments.push_back({std::string(120, 'a'), 2.0 * i, 2.0 * i + 1});
  const auto passages = spoken_passages(transcript);
  ASSERT_EQ(passages.size(), 3u);
  EXPECT_EQ(passages[0].text.size(), 241u);
  EXPECT_EQ(passages[1].span, (std::array<double, 2>{4, 7}));
  EXPECT_EQ(passages[2].span, (std::array<double, 2>{8, 9}));
  EXPECT_TRUE(spoken_passages(std::nullopt).empty());
}

TEST(TextVectors, KeysTellTextsAndTimesApart) {
  const std::vector<Passage> one = {{"hello", {0, 1}}}, moved = {{"hello", {0, 2}}}, split = {{"hel"}, {"lo"}};
  EXPECT_NE(passages_key(one), passages_key(moved));
  EXPECT_NE(passages_key({{"hello"}}), passages_key(split));
}

TEST(TextVectors, EveryGroupGetsItsOwnRows) {
  testing::TinyBert tiny;
  const SentenceEncoder encoder(tiny.write(), Device{});
  const auto vectors = text_vectors(encoder, {{}, {{"hello"}, {"world"}}, {{"world", {1, 2}}}});
  ASSERT_EQ(vectors.size(), 3u);
  EXPECT_EQ(vectors[0].count(), 0u);
  ASSERT_EQ(vectors[1].count(), 2u);
  ASSERT_EQ(vectors[2].count(), 1u);
  EXPECT_EQ(vectors[2].spans[0], (std::array<double, 2>{1, 2}));
  for (int d = 0; d < 4; ++d) EXPECT_NEAR(vectors[1].row(1)[d], vectors[2].row(0)[d], 1e-6);
}

}  // namespace
}  // namespace foreview
