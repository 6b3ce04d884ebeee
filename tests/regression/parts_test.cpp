#include <gtest/gtest.h>

#include <cmath>

#include "foreview/error.h"
#include "regression/author_encoder.h"
#include "regression/calibration.h"
#include "regression/folds.h"
#include "regression/synthetic_videos.h"
#include "regression/token_sequence.h"

namespace foreview {
namespace {

TEST(Folds, CoverAllRowsOnceAndKeepAuthorsTogether) {
  std::vector<std::string> authors;
  for (int i = 0; i < 60; ++i) authors.push_back("author" + std::to_string(i % 12));
  const Folds folds = make_folds(authors, 5, 3);
  ASSERT_EQ(folds.count, 5);
  for (int i = 0; i < 60; ++i) EXPECT_EQ(folds.of_row[i], folds.of_row[i % 12]);
  size_t covered = 0;
  for (int fold = 0; fold < 5; ++fold) {
    covered += folds.inside(fold).size();
    EXPECT_EQ(folds.inside(fold).size() + folds.outside(fold).size(), 60u);
  }
  EXPECT_EQ(covered, 60u);
  EXPECT_EQ(make_row_folds(2, 5, 1).count, 2);
}

TEST(Calibration, CoversEightyPercentOfNewErrors) {
  Random random(2);
  std::vector<Residual> residuals;
  for (int i = 0; i < 400; ++i) residuals.push_back({.error = 2 * random.normal()});
  const double factor = IntervalCalibration::fit(residuals, 1).factor();
  EXPECT_NEAR(factor, 2 * 1.2816, 0.35);
}

TEST(Calibration, FewErrorsAreWideAndFinite) {
  EXPECT_GT(IntervalCalibration::fit({}, 1).factor(), 2);
  EXPECT_GT(IntervalCalibration::fit({{.error = 0}, {.error = 0}}, 1).factor(), 2);
  const double two = IntervalCalibration::fit({{.error = 1}, {.error = -1}}, 1).factor();
  EXPECT_GT(two, 3);
  EXPECT_TRUE(std::isfinite(two));
  EXPECT_NEAR(student_t_90(5), 1.4759, 1e-4);
  EXPECT_NEAR(student_t_90(30), 1.3104, 1e-3);
}

TEST(Calibration, ChanceFollowsTheInterval) {
  EXPECT_NEAR(chance_of_reaching(0, 0, -1, 1), 0.5, 1e-12);
  EXPECT_NEAR(chance_of_reaching(1, 0, -1, 1), 0.1, 1e-9);
  EXPECT_NEAR(chance_of_reaching(-3, 0, -3, 1), 0.9, 1e-9);
  EXPECT_EQ(chance_of_reaching(1, 0, 0, 0), 0);
  // Each side has its own width: 10 % below -3 and 10 % above 1.
  EXPECT_NEAR(chance_of_reaching(-1.5, 0, -3, 1), 0.7392, 1e-3);
  EXPECT_NEAR(chance_of_reaching(0.5, 0, -3, 1), 0.2608, 1e-3);
}

TEST(AuthorHistory, ShrinksRareAuthorsAndKnowsNoStrangers) {
  std::vector<std::string> authors;
  std::vector<double> labels;
  for (int i = 0; i < 20; ++i) authors.push_back("often"), labels.push_back(2 + 0.5 * (i % 2 ? 1 : -1));
  for (int i = 0; i < 20; ++i) authors.push_back("other"), labels.push_back(-2 + 0.5 * (i % 2 ? 1 : -1));
  authors.push_back("once"), labels.push_back(2);
  const auto history = AuthorHistory::fit(authors, labels);
  EXPECT_NEAR(history.mean_of("often"), 2, 0.1);
  EXPECT_LT(history.mean_of("once"), 2);
  EXPECT_GT(history.mean_of("once"), history.mean_of("never"));
  EXPECT_FALSE(history.knows("never"));
}

TEST(AuthorEncoder, NeverSeesTheRowsOwnLabel) {
  const auto videos = testing::synthetic_videos({.count = 40, .authors = 8});
  std::vector<const VideoFeatures*> features;
  std::vector<double> labels(40);
  Random random(3);
  for (const auto& video : videos) features.push_back(&video.features);
  for (double& label : labels) label = random.normal();
  labels[0] = 0;
  const auto before = AuthorEncoder::fit(features, labels, 1);
  labels[0] = 0.001;
  const auto after = AuthorEncoder::fit(features, labels, 1);
  EXPECT_NEAR(before.training[0][0].vector[0], after.training[0][0].vector[0], 1e-3);
  labels[0] = 50;
  // Only the scale of the column may move: in its own units the row's raw mean is what it was.
  const auto far = AuthorEncoder::fit(features, labels, 1);
  EXPECT_LT(far.training[0][0].vector[0], 1.0F);
}

TEST(TokenSpace, GivesATokenForWhatIsThereAndNoneForWhatIsMissing) {
  const auto videos = testing::synthetic_videos({.count = 20});
  std::vector<const VideoFeatures*> features;
  for (const auto& video : videos) features.push_back(&video.features);
  const TokenSpace space = TokenSpace::fit(features, 8);
  const auto tokens = space.tokens(videos[0].features);
  EXPECT_EQ(tokens.size(), videos[0].features.visual.count() + videos[0].features.audio.count() + 3);
  EXPECT_EQ(tokens[0].kind, TokenKind::visual);
  EXPECT_TRUE(space.tokens(VideoFeatures{}).empty());
  VideoFeatures other = videos[0].features;
  other.visual.dimension = 4;
  EXPECT_THROW(space.tokens(other), Error);
  other = videos[0].features;
  other.metadata.resize(1);
  EXPECT_THROW(space.tokens(other), Error);
}

TEST(TokenSpace, TheWholeSoundIsAToken) {
  auto videos = testing::synthetic_videos({.count = 20});
  std::vector<const VideoFeatures*> features;
  for (size_t i = 0; i < videos.size(); ++i) {
    videos[i].features.sound = {static_cast<float>(i), 1};
    features.push_back(&videos[i].features);
  }
  const TokenSpace space = TokenSpace::fit(features, 8);
  EXPECT_EQ(space.dimensions()[static_cast<size_t>(TokenKind::sound)], 2);
  const auto tokens = space.tokens(videos[19].features);
  const auto token = std::ranges::find(tokens, TokenKind::sound, &Token::kind);
  ASSERT_NE(token, tokens.end());
  EXPECT_GT(token->vector.at(0), 1);
  videos[19].features.sound.resize(1);
  EXPECT_THROW(space.tokens(videos[19].features), Error) << "of another size than in training";
}

TEST(TokenSpace, SilenceIsANumberOfItsOwn) {
  auto videos = testing::synthetic_videos({.count = 20});
  std::vector<const VideoFeatures*> features;
  for (size_t i = 0; i < videos.size(); ++i) {
    videos[i].features.speech = {i % 2 == 0 ? 1.0F : 0.0F};
    features.push_back(&videos[i].features);
  }
  const TokenSpace space = TokenSpace::fit(features, 8);
  const auto number_of = [&](const VideoFeatures& video) {
    for (const Token& token : space.tokens(video))
      if (token.kind == TokenKind::speech) return token.vector.at(0);
    return std::nanf("");
  };
  EXPECT_FLOAT_EQ(number_of(videos[0].features), 1);
  EXPECT_FLOAT_EQ(number_of(videos[1].features), -1);
  videos[1].features.speech.clear();
  EXPECT_TRUE(std::isnan(number_of(videos[1].features)));
}

}  // namespace
}  // namespace foreview
