#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "evaluation/metrics.h"
#include "foreview/error.h"
#include "regression/author_encoder.h"
#include "regression/calibration.h"
#include "regression/combination.h"
#include "regression/folds.h"
#include "regression/gradient_trees.h"
#include "regression/ridge.h"
#include "regression/synthetic_videos.h"
#include "regression/token_sequence.h"

namespace foreview {
namespace {

struct Regression {
  Matrix rows;
  std::vector<double> labels;
};

// y = 2 x0 - x1 + noise, the other columns are noise; mean about 0.
Regression linear_data(size_t count, size_t columns, double noise, uint64_t seed) {
  Random random(seed);
  Regression data{Matrix(count, columns), {}};
  for (double& value : data.rows.values) value = random.normal();
  for (size_t r = 0; r < count; ++r)
    data.labels.push_back(2 * data.rows.at(r, 0) - data.rows.at(r, 1) + noise * random.normal());
  return data;
}

double error_of(const std::vector<double>& a, const std::vector<double>& b) { return mean_squared_error(a, b); }

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

TEST(Ridge, FindsALineAmongMoreColumnsThanRows) {
  const auto data = linear_data(40, 80, 0.1, 5), fresh = linear_data(200, 80, 0.1, 6);
  const auto fitted = Ridge::fit(data.rows, std::vector<int>(80, 0), data.labels, make_row_folds(40, 5, 1));
  std::vector<double> predicted;
  for (size_t r = 0; r < fresh.rows.rows; ++r) predicted.push_back(fitted.ridge.predict(fresh.rows.row(r)));
  EXPECT_LT(error_of(fresh.labels, predicted), 4.4) << "the variance of the labels is 5";
  const auto few = linear_data(300, 5, 0.1, 7);
  const auto exact = Ridge::fit(few.rows, std::vector<int>(5, 0), few.labels, make_row_folds(300, 5, 1));
  std::vector<double> exactly;
  for (size_t r = 0; r < few.rows.rows; ++r) exactly.push_back(exact.ridge.predict(few.rows.row(r)));
  EXPECT_LT(error_of(few.labels, exactly), 0.02);
}

TEST(Ridge, ABlockThatTellsNothingCountsForLess) {
  const auto data = linear_data(70, 300, 0.3, 5), fresh = linear_data(200, 300, 0, 9);
  std::vector<int> blocks(300, 1);
  for (size_t c = 0; c < 4; ++c) blocks[c] = 0;
  const auto error = [&](bool weigh_blocks) {
    const auto fitted = Ridge::fit(data.rows, blocks, data.labels, make_row_folds(70, 5, 1), weigh_blocks);
    std::vector<double> predicted;
    for (size_t r = 0; r < 200; ++r) predicted.push_back(fitted.ridge.predict(fresh.rows.row(r)));
    EXPECT_NEAR(error_of(data.labels, fitted.out_of_fold), error_of(fresh.labels, predicted), 0.5);
    return error_of(fresh.labels, predicted);
  };
  EXPECT_LT(error(true), 0.5 * error(false));
}

TEST(Ridge, AxesCountAsMuchAsTheySpread) {
  Random random(3);
  const auto draw = [&](size_t count, Matrix& rows, std::vector<double>& labels) {
    rows = Matrix(count, 60);
    for (size_t r = 0; r < count; ++r) {
      for (size_t c = 0; c < 60; ++c) rows.at(r, c) = random.normal() / (1.0 + static_cast<double>(c));
      labels.push_back(rows.at(r, 0) + 2 * rows.at(r, 1) + random.normal());
    }
  };
  Matrix rows, fresh;
  std::vector<double> labels, fresh_labels;
  draw(80, rows, labels);
  draw(400, fresh, fresh_labels);
  const auto error = [&](const ColumnBlocks& blocks) {
    const auto fitted = Ridge::fit(rows, blocks, labels, make_row_folds(80, 5, 1));
    std::vector<double> predicted;
    for (size_t r = 0; r < 400; ++r) predicted.push_back(fitted.ridge.predict(fresh.row(r)));
    return error_of(fresh_labels, predicted);
  };
  const std::vector<int> block(60, 0);
  EXPECT_LT(error({block, {0}}), 0.8 * error({block, {}})) << "the weak axes are noise";
  EXPECT_EQ(error({block, {1}}), error(block));
}

TEST(Ridge, SaysTheMeanWhenThereIsNothingToLearn) {
  auto data = linear_data(100, 30, 0, 5);
  Random random(8);
  for (double& label : data.labels) label = 3 + random.normal();
  const auto fitted = Ridge::fit(data.rows, std::vector<int>(30, 0), data.labels, make_row_folds(100, 5, 1));
  std::vector<double> predicted;
  const auto fresh = linear_data(100, 30, 0, 9);
  for (size_t r = 0; r < 100; ++r) predicted.push_back(fitted.ridge.predict(fresh.rows.row(r)) - 3);
  EXPECT_LT(error_of(predicted, std::vector<double>(100, 0.0)), 0.15);
}

TEST(Ridge, MissingValuesCountAsTheMean) {
  auto data = linear_data(60, 4, 0.1, 5);
  data.rows.at(3, 0) = NAN;
  data.rows.at(4, 1) = INFINITY;
  const auto fitted = Ridge::fit(data.rows, std::vector<int>(4, 0), data.labels, make_row_folds(60, 5, 1));
  EXPECT_TRUE(std::isfinite(fitted.ridge.predict(data.rows.row(3))));
  EXPECT_TRUE(std::isfinite(fitted.ridge.predict(std::vector<double>(4, NAN))));
}

TEST(GradientTrees, LearnsAnInteractionAndComesBackFromJson) {
  Random random(4);
  Matrix rows(300, 6);
  std::vector<double> labels;
  for (double& value : rows.values) value = random.normal();
  for (size_t r = 0; r < 300; ++r) labels.push_back(rows.at(r, 0) > 0 && rows.at(r, 1) > 0 ? 0.75 : -0.25);
  const auto fitted = GradientTrees::fit(rows, labels, make_row_folds(300, 5, 1), 100, 1);
  EXPECT_LT(error_of(labels, fitted.out_of_fold), 0.06) << "the variance of the labels is 0.19";
  const auto again = GradientTrees::from_json(fitted.trees.to_json(), 6, "trees.json");
  EXPECT_EQ(fitted.trees.predict(rows), again.predict(rows));
  EXPECT_EQ(fitted.trees.predict(rows),
            GradientTrees::fit(rows, labels, make_row_folds(300, 5, 1), 100, 1).trees.predict(rows));
}

TEST(GradientTrees, RefusesDamagedFiles) {
  const auto data = linear_data(80, 4, 0.1, 5);
  const auto good = GradientTrees::fit(data.rows, data.labels, make_row_folds(80, 5, 1), 30, 1).trees.to_json();
  ASSERT_FALSE(good["model"].is_null());
  const auto refused = [](const nlohmann::json& json, size_t columns = 4) {
    EXPECT_THROW(GradientTrees::from_json(json, columns, "trees.json"), Error) << json.dump().substr(0, 200);
  };
  refused(good, 5);
  refused(nlohmann::json::array());
  auto& tree_path = "/model/learner/gradient_booster/model/trees/0/";
  for (const auto& [where, value] :
       std::vector<std::pair<std::string, nlohmann::json>>{{"left_children/0", 100000},
                                                           {"right_children/0", 0},
                                                           {"split_indices/0", 77},
                                                           {"parents/1", 40},
                                                           {"tree_param", nullptr},
                                                           {"split_conditions", nlohmann::json::array()},
                                                           {"categories", {1, 2}}}) {
    auto bad = good;
    bad[nlohmann::json::json_pointer(tree_path + where)] = value;
    refused(bad);
  }
  auto bad = good;
  bad["model"]["learner"]["objective"]["name"] = "multi:softmax";
  refused(bad);
  bad = good;
  bad["model"]["learner"]["gradient_booster"]["model"]["trees"].push_back("x");
  refused(bad);
}

// Weights by folds of single rows.
PartValues weights_of(const std::vector<PartValues>& predictions, const std::vector<double>& labels) {
  return combine_parts(predictions, labels, make_row_folds(labels.size(), 5, 1)).weights;
}

TEST(Combination, PrefersTheBetterPartAndIsAsUsualWithFewRows) {
  Random random(2);
  std::vector<PartValues> predictions;
  std::vector<double> labels;
  for (int i = 0; i < 200; ++i) {
    labels.push_back(random.normal());
    predictions.push_back(
        {random.normal(), labels.back() + 0.1 * random.normal(), random.normal(), random.normal(), random.normal()});
  }
  const PartValues weights = weights_of(predictions, labels);
  EXPECT_GT(weights[1], 0.8);
  EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1, 1e-12);
  predictions.resize(9);
  labels.resize(9);
  EXPECT_EQ(weights_of(predictions, labels), usual_weights);
}

TEST(Combination, WeighsByHowWellPartsComplementEachOther) {
  Random random(7);
  std::vector<PartValues> predictions;
  std::vector<double> labels;
  for (int i = 0; i < 4000; ++i) {
    labels.push_back(random.normal());
    // Two that complement each other three to one, and three of noise.
    predictions.push_back({labels.back() + 0.5 * random.normal(), labels.back() + std::sqrt(0.75) * random.normal(),
                           3 * random.normal(), 3 * random.normal(), 3 * random.normal()});
  }
  const PartValues weights = weights_of(predictions, labels);
  EXPECT_NEAR(weights[0], 0.75, 0.03);
  EXPECT_NEAR(weights[1], 0.25, 0.03);
  EXPECT_LT(weights[2] + weights[3] + weights[4], 0.01);
}

// One part is best on average thanks to one author's many videos, the other on nearly all authors.
TEST(Combination, DoesNotTrustAPartForOneAuthorsVideos) {
  Random random(5);
  std::vector<PartValues> predictions;
  std::vector<double> labels;
  std::vector<std::string> authors;
  for (size_t author = 0; author < 21; ++author)
    for (int video = 0; video < (author == 0 ? 150 : 3); ++video) {
      labels.push_back(random.normal());
      const double near = labels.back() + 0.3 * random.normal(), far = labels.back() + random.normal();
      predictions.push_back({3 * random.normal(), author == 0 ? near : far, 3 * random.normal(),
                             author == 0 ? far : near, 3 * random.normal()});
      authors.push_back(std::to_string(author));
    }
  const double by_videos = weights_of(predictions, labels)[1],
               by_authors = combine_parts(predictions, labels, make_folds(authors, 5, 1)).weights[1];
  EXPECT_GT(by_videos, 0.6);
  EXPECT_LT(by_authors, by_videos - 0.1);
}

TEST(Combination, ManyCopiesInOneGroupSayNoMoreThanOne) {
  Random random(11);
  std::vector<PartValues> predictions, copied;
  std::vector<double> labels, copied_labels;
  const Folds folds = make_row_folds(40, 5, 1);
  Folds copied_folds{.count = folds.count};
  for (size_t row = 0; row < 40; ++row) {
    labels.push_back(random.normal());
    predictions.push_back({labels.back() + 0.4 * random.normal(), labels.back() + random.normal(), random.normal(),
                           labels.back() + random.normal(), labels.back() + 0.5 * random.normal()});
    for (int copy = 0; copy < 10; ++copy) {
      copied.push_back(predictions.back());
      copied_labels.push_back(labels.back());
      copied_folds.of_row.push_back(folds.of_row[row]);
      copied_folds.group_of_row.push_back(folds.group_of_row[row]);
    }
  }
  const PartValues once = combine_parts(predictions, labels, folds).weights,
                   often = combine_parts(copied, copied_labels, copied_folds).weights;
  for (size_t part = 0; part < part_count; ++part) EXPECT_NEAR(once[part], often[part], 1e-9);
  copied_folds.group_of_row.clear();
  for (size_t row = 0; row < copied.size(); ++row) copied_folds.group_of_row.push_back(row);
  EXPECT_NE(once, combine_parts(copied, copied_labels, copied_folds).weights) << "the groups would not matter";
}

TEST(Combination, PartsWithoutSkillGetNothing) {
  Random random(9);
  std::vector<PartValues> predictions;
  std::vector<double> labels;
  for (int i = 0; i < 60; ++i) {
    labels.push_back(random.normal());
    predictions.push_back({0, 0.5 * labels.back(), 0, labels.back() + 0.3 * random.normal(), 0.01 * labels.back()});
  }
  PartValues weights = weights_of(predictions, labels);
  EXPECT_EQ(weights[0] + weights[2] + weights[4], 0) << "who says the mean would only shrink the others";
  EXPECT_GT(weights[1], 0.1) << "as usual, of the two that know something";
  for (PartValues& row : predictions) row = {0, 0, 0, 0, 0.001 * row[3]};
  weights = weights_of(predictions, labels);
  EXPECT_EQ(weights, usual_weights) << "where none knows anything";
}

TEST(Combination, APartWithoutSkillHasNoClaimToItsUsualWeight) {
  Random random(14);
  std::vector<PartValues> predictions;
  std::vector<double> labels;
  for (int i = 0; i < 200; ++i) {
    const double known = random.normal();
    labels.push_back(known + random.normal());
    predictions.push_back({0, known, known, known, known});
  }
  const PartValues weights = weights_of(predictions, labels);
  EXPECT_EQ(weights[0], 0) << "who says the mean; its usual weight would cost next to nothing here";
  for (size_t part = 1; part < part_count; ++part) EXPECT_NEAR(weights[part], usual_weights[part] / 0.95, 1e-12);
}

TEST(Combination, ShrinkingDoesNotSpoilAPartThatIsFarBetter) {
  Random random(12);
  std::vector<PartValues> predictions;
  std::vector<double> labels;
  double alone = 0, combined = 0;
  for (int i = 0; i < 120; ++i) {
    labels.push_back(random.normal());
    const double poor = 0.1 * labels.back() + 0.2 * random.normal();
    predictions.push_back({poor, poor, poor, labels.back() + 0.1 * random.normal(), poor});
  }
  const PartValues weights = weights_of(predictions, labels);
  for (size_t row = 0; row < labels.size(); ++row) {
    alone += std::pow(predictions[row][3] - labels[row], 2);
    combined += std::pow(combine(weights, predictions[row]) - labels[row], 2);
  }
  EXPECT_LT(combined, 1.051 * alone);
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
