#include "text/text_vectorizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/random.h"
#include "foreview/error.h"
#include "text/truncated_svd.h"
#include "text/vocabulary.h"

namespace foreview {
namespace {

const std::vector<std::string> texts = {"cat sat on the mat", "the cat sat",         "dog ran in the park",
                                        "the dog ran",        "cat and dog in park", "the mat is on the floor",
                                        "a dog on the mat",   "park and floor"};

double dot(const std::vector<float>& a, const std::vector<float>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

TEST(Vocabulary, KeepsTermsWithinTheDocumentLimits) {
  const std::vector<std::vector<std::string>> documents = {{"a", "b", "a"}, {"a", "b"}, {"a", "c"}, {"a", "d"}};
  EXPECT_EQ(fit_vocabulary(documents, {}).terms, (std::vector<std::string>{"b"}));  // "a" is everywhere, c, d once
  EXPECT_EQ(fit_vocabulary(documents, {.min_documents = 1, .max_document_share = 1, .most_words = 2}).terms,
            (std::vector<std::string>{"a", "b"}));
}

TEST(Vocabulary, WeighsAsDocumented) {
  Vocabulary vocabulary{.terms = {"a", "b"}, .idf = {2, 3}, .pairs = false, .index_of = {}};
  ASSERT_TRUE(vocabulary.make_index());
  const SparseRow row = vocabulary.weigh("a b a unknown");
  ASSERT_EQ(row.size(), 2u);
  const double a = (1 + std::log(2.0)) * 2, b = 3, length = std::hypot(a, b);
  EXPECT_DOUBLE_EQ(row[0].second, a / length);
  EXPECT_DOUBLE_EQ(row[1].second, b / length);
  EXPECT_TRUE(vocabulary.weigh("nothing known").empty());
}

TEST(Vocabulary, IdfIsSmooth) {
  const std::vector<std::vector<std::string>> documents = {{"b"}, {"b"}, {"c"}, {"c"}, {"c"}};
  const Vocabulary vocabulary = fit_vocabulary(documents, {});
  EXPECT_DOUBLE_EQ(vocabulary.idf.at(0), std::log(6.0 / 3) + 1);
  EXPECT_DOUBLE_EQ(vocabulary.idf.at(1), std::log(6.0 / 4) + 1);
}

TEST(TruncatedSvd, FindsKnownSingularVectors) {
  // 3 e1 u1' + 2 e2 u2' with u1 = (3, 4, 0) / 5 and u2 = (0, 0, -1): the sign comes out positive.
  const std::vector<SparseRow> rows = {{{0, 1.8}, {1, 2.4}}, {{2, -2.0}}};
  const TruncatedSvd svd = truncated_svd(rows, 3, 5);
  ASSERT_EQ(svd.rank, 2);
  const std::vector<double> expected = {0.6, 0, 0.8, 0, 0, 1};
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(svd.components[i], expected[i], 1e-8) << i;
}

TEST(TruncatedSvd, LargeMatrixKeepsItsLeadingDirections) {
  // Rank 3 with well-separated values, larger than what the random directions span exactly.
  Random random(7);
  std::vector<std::vector<double>> left(3), right(3);
  for (int k = 0; k < 3; ++k) {
    for (int i = 0; i < 200; ++i) left[k].push_back(random.normal());
    for (int i = 0; i < 90; ++i) right[k].push_back(random.normal());
  }
  std::vector<SparseRow> rows(200);
  for (int i = 0; i < 200; ++i) {
    for (int j = 0; j < 90; ++j) {
      double value = 0;
      for (int k = 0; k < 3; ++k) value += std::pow(4, -k) * left[k][i] * right[k][j];
      rows[i].emplace_back(j, value);
    }
  }
  const TruncatedSvd svd = truncated_svd(rows, 90, 8);
  ASSERT_EQ(svd.rank, 3);
  for (int i = 0; i < 200; i += 37) {  // every row lies in the components' span
    double squares = 0, projected = 0;
    for (const auto& [j, value] : rows[i]) squares += value * value;
    for (int k = 0; k < 3; ++k) {
      double sum = 0;
      for (const auto& [j, value] : rows[i]) sum += value * svd.components[j * 3 + k];
      projected += sum * sum;
    }
    EXPECT_NEAR(projected / squares, 1, 1e-6);
  }
}

TEST(TextVectorizer, UnfittedGivesNothing) {
  EXPECT_EQ(TextVectorizer().dimension(), 0);
  EXPECT_TRUE(TextVectorizer().transform("a").empty());
}

TEST(TextVectorizer, LikeTextsAreNearUnknownOnesZero) {
  const TextVectorizer vectorizer = TextVectorizer::fit(texts, {.dimension = 4});
  ASSERT_EQ(vectorizer.dimension(), 4);
  const auto cat = vectorizer.transform("the cat sat on a mat"), same = vectorizer.transform("cat sat"),
             dog = vectorizer.transform("dog ran in park");
  EXPECT_GT(dot(cat, same) / std::sqrt(dot(cat, cat) * dot(same, same)),
            dot(cat, dog) / std::sqrt(dot(cat, cat) * dot(dog, dog)) + 0.2);
  EXPECT_EQ(vectorizer.transform("zzz qqq"), std::vector<float>(4, 0));
  EXPECT_EQ(vectorizer.transform(""), std::vector<float>(4, 0));
}

TEST(TextVectorizer, KeepsRowLengthsWhenNothingIsCutOff) {
  const TextVectorizer vectorizer = TextVectorizer::fit(texts, {.dimension = 100});
  EXPECT_LE(vectorizer.dimension(), static_cast<int>(texts.size()));
  for (const std::string& text : texts) {
    const auto vector = vectorizer.transform(text);
    EXPECT_NEAR(dot(vector, vector), 1, 1e-5) << text;
  }
}

TEST(TextVectorizer, NoTextsNoWordsNoDimension) {
  EXPECT_EQ(TextVectorizer::fit({}, {}).dimension(), 0);
  EXPECT_EQ(TextVectorizer::fit({"", "", ""}, {}).dimension(), 0);
  EXPECT_EQ(TextVectorizer::fit({"one", "two"}, {}).dimension(), 0);
}

TEST(TextVectorizer, JsonRoundTripIsExact) {
  const TextVectorizer vectorizer = TextVectorizer::fit(texts, {.dimension = 5});
  const std::string stored = vectorizer.to_json().dump();
  const TextVectorizer back = TextVectorizer::from_json(nlohmann::json::parse(stored), "text.json");
  EXPECT_EQ(back.to_json().dump(), stored);
  for (const std::string& text : texts) EXPECT_EQ(back.transform(text), vectorizer.transform(text));
  EXPECT_EQ(TextVectorizer::fit(texts, {.dimension = 5}).to_json().dump(), stored);
}

TEST(TextVectorizer, DamagedJsonIsAnErrorThatNamesTheFile) {
  const nlohmann::json good = TextVectorizer::fit(texts, {.dimension = 3}).to_json();
  std::vector<nlohmann::json> bad = {nullptr, nlohmann::json::array(), {{"version", 1}}};
  for (const auto& [key, value] : std::vector<std::pair<std::string, nlohmann::json>>{{"version", 99},
                                                                                      {"dimension", -1},
                                                                                      {"dimension", 4},
                                                                                      {"dimension", 1 << 30},
                                                                                      {"idf", {1.0}},
                                                                                      {"components", {1.0}},
                                                                                      {"terms", {"x"}},
                                                                                      {"terms", 7},
                                                                                      {"idf", "x"}}) {
    bad.push_back(good);
    bad.back()[key] = value;
  }
  bad.push_back(good);
  bad.back()["terms"][1] = bad.back()["terms"][0];
  for (const nlohmann::json& json : bad) {
    try {
      TextVectorizer::from_json(json, "text.json");
      ADD_FAILURE() << json.dump().substr(0, 100);
    } catch (const Error& error) {
      EXPECT_EQ(error.parts().file, "text.json");
    }
  }
}

TEST(TextVectorizer, ThousandsOfTexts) {
  Random random(3);
  std::vector<std::string> many;
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (int w = 0; w < 12; ++w) text += "w" + std::to_string(random.below(1 + random.below(4000))) + " ";
    many.push_back(text);
  }
  const TextVectorizer vectorizer = TextVectorizer::fit(many, {});
  EXPECT_EQ(vectorizer.dimension(), 32);
  const auto vector = vectorizer.transform(many.front());
  EXPECT_GT(dot(vector, vector), 0);
}

}  // namespace
}  // namespace foreview
