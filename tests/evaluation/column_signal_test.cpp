#include "evaluation/column_signal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/random.h"

namespace foreview {
namespace {

struct Rows {
  std::vector<double> labels, leak, noise, weak;
  std::vector<std::string> folder, name;
};

Rows make_rows(size_t count) {
  Random random(3);
  Rows rows;
  for (size_t i = 0; i < count; ++i) {
    const double label = random.normal();
    rows.labels.push_back(label);
    rows.leak.push_back(std::exp(label) * std::exp(0.3 * random.normal()));
    rows.noise.push_back(random.normal());
    rows.weak.push_back(label + 3 * random.normal());
    rows.folder.push_back(label + 0.2 * random.normal() > 0 ? "good" : "bad");
    rows.name.push_back("video" + std::to_string(i));
  }
  return rows;
}

TEST(ColumnSignal, ALeakStandsOut) {
  const Rows rows = make_rows(400);
  EXPECT_GT(*number_signal(rows.leak, rows.labels, 1), 0.8);
  EXPECT_LT(*number_signal(rows.noise, rows.labels, 1), 0.05);
  EXPECT_LT(*number_signal(rows.weak, rows.labels, 1), 0.3);
  EXPECT_GT(*text_signal(rows.folder, rows.labels, 1), 0.5);
}

TEST(ColumnSignal, NothingIsSaidOfTooLittle) {
  const Rows few = make_rows(39), rows = make_rows(60);
  EXPECT_FALSE(number_signal(few.leak, few.labels, 1));
  EXPECT_FALSE(number_signal(rows.leak, std::vector<double>(60, 1.0), 1));
  EXPECT_FALSE(text_signal(rows.name, rows.labels, 1)) << "every row has its own";
}

TEST(ColumnSignal, MissingValuesArePassedOver) {
  Rows rows = make_rows(400);
  const double all = *number_signal(rows.leak, rows.labels, 1);
  for (size_t i = 0; i < 100; ++i) rows.leak[i] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NEAR(*number_signal(rows.leak, rows.labels, 1), all, 0.1);
}

TEST(ColumnSignal, ManyRareTextsDoNotFoolIt) {
  Rows rows = make_rows(400);
  Random random(9);
  std::vector<std::string> pairs;
  for (size_t i = 0; i < 400; ++i) pairs.push_back("pair" + std::to_string(random.below(190)));
  EXPECT_LT(*text_signal(pairs, rows.labels, 1), 0.05);
}

}  // namespace
}  // namespace foreview
