#include "speech/word_error_rate.h"

#include <gtest/gtest.h>

namespace foreview {
namespace {

TEST(WordErrorRate, SameWordsWhateverCaseAndPunctuationAreNoError) {
  const WordErrors errors = count_word_errors("Ask not, what your country can do.", "ask NOT what your country can do");
  EXPECT_EQ(errors.total(), 0u);
  EXPECT_EQ(errors.reference_words, 7u);
}

TEST(WordErrorRate, EachKindOfErrorIsCountedOnce) {
  const WordErrors errors = count_word_errors("the cat sat on the mat", "a cat sat the mat today");
  EXPECT_EQ(errors.substitutions, 1u);  // the -> a
  EXPECT_EQ(errors.deletions, 1u);      // on
  EXPECT_EQ(errors.insertions, 1u);     // today
  EXPECT_DOUBLE_EQ(errors.rate(), 3.0 / 6.0);
}

TEST(WordErrorRate, EmptySidesAreAllDeletionsOrInsertions) {
  EXPECT_EQ(count_word_errors("one two", "").deletions, 2u);
  EXPECT_EQ(count_word_errors("", "one two").insertions, 2u);
  EXPECT_DOUBLE_EQ(count_word_errors("", "").rate(), 0.0);
  EXPECT_DOUBLE_EQ(count_word_errors("", "invented").rate(), 1.0);
}

TEST(WordErrorRate, FilesAddUpByWordsNotByRates) {
  WordErrors sum = count_word_errors("one", "two");
  sum += count_word_errors("a b c d e f g h i", "a b c d e f g h i");
  EXPECT_DOUBLE_EQ(sum.rate(), 0.1);
}

}  // namespace
}  // namespace foreview
