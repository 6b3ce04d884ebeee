#include "regression/author_teacher.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "explained.h"
#include "regression/gradient_trees.h"
#include "regression/ridge.h"

namespace foreview {
namespace {

using testing::explained;

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

Library make_library(uint64_t seed) {
  Random random(seed);
  Library library;
  library.rows.text.resize(count);
  for (size_t row = 0; row < count; ++row) {
    const double number = random.normal(), followers = random.normal();
    library.rows.numbers.at(row, 0) = number;
    library.videos[row].author_numbers = {std::exp(8 + 2 * followers)};
    library.labels.push_back(0.4 * std::sin(2 * number) + 0.8 * followers + 0.3 * random.normal());
  }
  return library;
}

TEST(AuthorTeacher, NoneWhereNoChannelShowsAnything) {
  Library library = make_library(1);
  for (VideoFeatures& video : library.videos) video.author_numbers.clear();
  EXPECT_FALSE(author_lessons(library.pointers(), library.labels, library.rows, make_row_folds(count, 5, 1), 1));
}

TEST(AuthorTeacher, ALessonForAFoldKnowsNothingOfTheFold) {
  Library library = make_library(1);
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
  const Library library = make_library(2);
  const Folds folds = make_row_folds(count, 5, 1);
  const auto lessons = author_lessons(library.pointers(), library.labels, library.rows, folds, 1);
  const auto student = GaussianProcess::fit(library.rows, library.labels, folds, {.steps = 30, .starts = 1}, 1);
  EXPECT_GT(explained(lessons->of_all, library.labels), 0.65);
  EXPECT_LT(explained(student.out_of_fold, library.labels), 0.3);
}

TEST(AuthorTeacher, LessonsFromNoiseDoNotMakeNoiseLookKnown) {
  Random random(4);
  Library library = make_library(4);
  for (double& label : library.labels) label = random.normal();
  const Folds folds = make_row_folds(count, 5, 1);
  const auto lessons = author_lessons(library.pointers(), library.labels, library.rows, folds, 1);
  const TrainingLabels calmed(library.labels, *lessons);
  const auto kernel = GaussianProcess::fit(library.rows, library.labels, folds, {.steps = 30, .starts = 1}, 1, lessons);
  EXPECT_LT(explained(kernel.out_of_fold, library.labels), 0.03);
  EXPECT_LT(explained(GradientTrees::fit(library.rows.numbers, calmed, folds, 60, 1).out_of_fold, library.labels),
            0.03);
  EXPECT_LT(explained(Ridge::fit(library.rows.numbers, std::vector<int>{0}, calmed, folds).out_of_fold, library.labels),
            0.03);
}

}  // namespace
}  // namespace foreview
