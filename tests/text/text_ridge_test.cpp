#include "text/text_ridge.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/random.h"
#include "explained.h"
#include "foreview/error.h"

namespace foreview {
namespace {

using testing::explained;

constexpr int folds = 5;

struct Library {
  std::vector<TextDocument> documents;
  std::vector<double> labels;
  std::vector<int> fold_of_row;
};

/// Captions of chance words; "dance" in any form and a language move the label by 2 and 1, when `lawful`.
Library make_library(size_t rows, bool lawful, uint64_t seed) {
  Random random(seed);
  Library library;
  for (size_t i = 0; i < rows; ++i) {
    TextDocument document;
    for (int word = 0; word < 6; ++word) document.text += "word" + std::to_string(random.below(400)) + " ";
    const bool dance = random.below(2) == 0, english = random.below(2) == 0;
    const char* forms[] = {"dancing", "dancers", "#dancefloor", "dance"};
    if (dance) document.text += forms[random.below(4)] + std::to_string(i);
    document.facts = {english ? "language=en" : "language=de"};
    library.documents.push_back(document);
    library.labels.push_back(5 + (lawful ? 2.0 * dance + english : 0.0) + 0.5 * random.normal());
    library.fold_of_row.push_back(static_cast<int>(i % folds));
  }
  return library;
}

TEST(TextRidge, FindsWhatPiecesOfWordsAndFactsTell) {
  const Library seen = make_library(1000, true, 1), fresh = make_library(200, true, 2);
  const auto fitted = TextRidge::fit(seen.documents, seen.labels, seen.fold_of_row, folds);
  EXPECT_GT(explained(fitted.out_of_fold, seen.labels), 0.6);
  std::vector<double> predictions;
  for (const TextDocument& document : fresh.documents) predictions.push_back(fitted.ridge.predict(document));
  EXPECT_GT(explained(predictions, fresh.labels), 0.6) << "no form of the word was seen with its number before";
  TextDocument english{.text = "", .facts = {"language=en"}}, german{.text = "", .facts = {"language=de"}};
  EXPECT_GT(fitted.ridge.predict(english) - fitted.ridge.predict(german), 0.5);
  english = {.text = "language=en", .facts = {}};
  german = {.text = "language=de", .facts = {}};
  EXPECT_LT(fitted.ridge.predict(english) - fitted.ridge.predict(german), 0.2) << "words are no facts";
}

TEST(TextRidge, PredictsTheMeanWhereWordsTellNothing) {
  const Library library = make_library(300, false, 3);
  const auto fitted = TextRidge::fit(library.documents, library.labels, library.fold_of_row, folds);
  EXPECT_LT(explained(fitted.out_of_fold, library.labels), 0.05);
  EXPECT_GT(explained(fitted.out_of_fold, library.labels), -0.05);
  EXPECT_NEAR(fitted.ridge.predict({.text = "never seen", .facts = {}}), 5, 0.2);
}

TEST(TextRidge, ARowsOwnLabelIsNotInItsOutOfFoldPrediction) {
  Library library = make_library(100, true, 4);
  const auto before = TextRidge::fit(library.documents, library.labels, library.fold_of_row, folds);
  library.labels[7] += 1000;
  const auto after = TextRidge::fit(library.documents, library.labels, library.fold_of_row, folds);
  EXPECT_LT(std::abs(after.out_of_fold[7] - before.out_of_fold[7]), 5) << "only through the choice of the penalty";
}

/// Two good words are better than one, whatever else is said.
Library counted_words(bool counts) {
  Random random(6);
  Library library;
  for (size_t i = 0; i < 400; ++i) {
    const int good = static_cast<int>(random.below(4)), others = static_cast<int>(random.below(6));
    TextDocument document;
    const char* good_words[] = {"sunny ", "chocolate ", "holiday "};
    const char* other_words[] = {"radio ", "library ", "window ", "people ", "coffee ", "yesterday "};
    for (int word = 0; word < good; ++word) document.speech += good_words[word];
    for (int word = 0; word < others; ++word) document.speech += other_words[random.below(6)];
    library.documents.push_back(document);
    const double said = good + others == 0 ? 0 : good / std::sqrt(1.0 + good + others);
    library.labels.push_back((counts ? good : 2.0 * said) + 0.1 * random.normal());
    library.fold_of_row.push_back(static_cast<int>(i % folds));
  }
  return library;
}

TEST(TextRidge, LongerTextsCountForMoreWhereThatPredicts) {
  const Library counted = counted_words(true), shares = counted_words(false);
  const auto of_counted = TextRidge::fit(counted.documents, counted.labels, counted.fold_of_row, folds);
  EXPECT_GT(explained(of_counted.out_of_fold, counted.labels), 0.97);
  EXPECT_EQ(of_counted.ridge.to_json()["exponent"], 1);
  const auto of_shares = TextRidge::fit(shares.documents, shares.labels, shares.fold_of_row, folds);
  EXPECT_LT(of_shares.ridge.to_json()["exponent"], 1);
}

TEST(TextRidge, PairsOfWordsCount) {
  Random random(7);
  Library library;
  for (size_t i = 0; i < 400; ++i) {
    const bool first = random.below(2) == 0, praise = random.below(2) == 0;
    library.documents.push_back({.text = std::string(first ? "so " : "and ") + (praise ? "bad good" : "good bad")});
    library.labels.push_back(praise + 0.1 * random.normal());
    library.fold_of_row.push_back(static_cast<int>(i % folds));
  }
  const auto fitted = TextRidge::fit(library.documents, library.labels, library.fold_of_row, folds);
  EXPECT_GT(explained(fitted.out_of_fold, library.labels), 0.9) << "both kinds have the same words";
}

TEST(TextRidge, ComesBackFromJson) {
  const Library library = make_library(80, true, 5);
  const TextRidge ridge = TextRidge::fit(library.documents, library.labels, library.fold_of_row, folds).ridge;
  const nlohmann::json json = ridge.to_json();
  const TextRidge back = TextRidge::from_json(json, "text.json");
  for (const TextDocument& document : library.documents) EXPECT_EQ(back.predict(document), ridge.predict(document));
  nlohmann::json damaged = json;
  damaged["weights"].erase(0);
  EXPECT_THROW(TextRidge::from_json(damaged, "text.json"), Error);
  damaged = json;
  damaged["usual_lengths"].erase(0);
  EXPECT_THROW(TextRidge::from_json(damaged, "text.json"), Error);
  damaged = json;
  damaged["terms"]["text"]["terms"][1] = damaged["terms"]["text"]["terms"][0];
  EXPECT_THROW(TextRidge::from_json(damaged, "text.json"), Error);
  EXPECT_THROW(TextRidge::from_json({{"version", 1}}, "text.json"), Error);
}

TEST(TextRidge, FewOrEmptyDocuments) {
  const auto fitted = TextRidge::fit({{}, {.text = "a word", .facts = {}}}, {1, 3}, {0, 1}, 2);
  EXPECT_EQ(fitted.ridge.predict({}), 2);
  EXPECT_EQ(fitted.out_of_fold.size(), 2u);
}

}  // namespace
}  // namespace foreview
