#include "regression/author_teacher.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "regression/gradient_trees.h"
#include "regression/ridge.h"

namespace foreview {
namespace {

constexpr size_t count = 160;

/// A label of which one number explains a little, the channel's followers most, and noise the rest.
struct Library {
  std::vector<VideoFeatures> videos{count};
  std::vector<double> labels;
  GaussianProcessRows rows{
      .numbers = Matrix(count, 1), .group_of_column = {0}, .is_narrow = {true}, .text = {}, .text_ends = {}};

  std::vector<const VideoFeatures*> pointers() const {
    std::vector<const VideoFeatures*> result;
    for (const VideoFeatures& video : videos) result.push_back(&video);
    return result;
  }
};

Library make_library(uint64_t seed, double channel) {
  Random random(seed);
  Library library;
  library.rows.text.resize(count);
  for (size_t row = 0; row < count; ++row) {
    const double number = random.normal(), followers = random.normal();
    library.rows.numbers.at(row, 0) = number;
    library.videos[row].author_numbers = {std::exp(8 + 2 * followers)};
    library.labels.push_back(0.4 * std::sin(2 * number) + channel * followers + 0.3 * random.normal());
  }
  return library;
}

/// Mean squared error, as a share of the labels' variance.
double error_of(const std::vector<double>& predictions, const std::vector<double>& labels) {
  double mean = 0, error = 0, variance = 0;
  for (const double label : labels) mean += label / static_cast<double>(labels.size());
  for (size_t row = 0; row < labels.size(); ++row) {
    error += std::pow(predictions[row] - labels[row], 2);
    variance += std::pow(labels[row] - mean, 2);
  }
  return error / variance;
}

TEST(AuthorTeacher, NoneWhereNoChannelShowsAnything) {
  Library library = make_library(1, 0.8);
  for (VideoFeatures& video : library.videos) video.author_numbers.clear();
  EXPECT_FALSE(author_lessons(library.pointers(), library.labels, library.rows, make_row_folds(count, 5, 1), 1));
}

TEST(AuthorTeacher, ALessonForAFoldKnowsNothingOfTheFold) {
  Library library = make_library(1, 0.8);
  const Folds folds = make_row_folds(count, 5, 1);
  const auto before = author_lessons(library.pointers(), library.labels, library.rows, folds, 1);
  library.labels[7] += 5;
  const auto after = author_lessons(library.pointers(), library.labels, library.rows, folds, 1);
  ASSERT_TRUE(before && after);
  const auto fold = static_cast<size_t>(folds.of_row[7]);
  for (const size_t row : folds.outside(folds.of_row[7]))
    EXPECT_EQ(before->of_fold[fold][row], after->of_fold[fold][row]);
  for (const size_t row : folds.inside(folds.of_row[7])) EXPECT_TRUE(std::isnan(before->of_fold[fold][row]));
  EXPECT_NE(before->of_all[8], after->of_all[8]);
}

TEST(AuthorTeacher, KnowsWhatTheStudentIsNotTold) {
  const Library library = make_library(2, 0.8);
  const Folds folds = make_row_folds(count, 5, 1);
  const auto lessons = author_lessons(library.pointers(), library.labels, library.rows, folds, 1);
  const auto student = GaussianProcess::fit(library.rows, library.labels, folds, {.steps = 30, .starts = 1}, 1);
  EXPECT_LT(error_of(lessons->of_all, library.labels), 0.35);
  EXPECT_GT(error_of(student.out_of_fold, library.labels), 0.7);
}

TEST(AuthorTeacher, LessonsFromNoiseDoNotMakeNoiseLookKnown) {
  Random random(4);
  Library library = make_library(4, 0.8);
  for (double& label : library.labels) label = random.normal();
  const Folds folds = make_row_folds(count, 5, 1);
  const auto lessons = author_lessons(library.pointers(), library.labels, library.rows, folds, 1);
  const TrainingLabels calmed(library.labels, *lessons);
  const auto kernel = GaussianProcess::fit(library.rows, library.labels, folds, {.steps = 30, .starts = 1}, 1, lessons);
  EXPECT_GT(error_of(kernel.out_of_fold, library.labels), 0.97);
  EXPECT_GT(error_of(GradientTrees::fit(library.rows.numbers, calmed, folds, 60, 1).out_of_fold, library.labels), 0.97);
  EXPECT_GT(error_of(Ridge::fit(library.rows.numbers, std::vector<int>{0}, calmed, folds).out_of_fold, library.labels),
            0.97);
}

}  // namespace
}  // namespace foreview
