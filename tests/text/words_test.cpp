#include <gtest/gtest.h>

#include "text/text_vectorizer.h"

namespace foreview {
namespace {

using Words = std::vector<std::string>;

TEST(Words, FoldsCaseAndDropsPunctuation) {
  EXPECT_EQ(words_of("Hello, WORLD!! (again)"), (Words{"hello", "world", "again"}));
  EXPECT_EQ(words_of("STRASSE Straße ΣΊΣΥΦΟΣ"), (Words{"strasse", "strasse", "σίσυφοσ"}));
  EXPECT_EQ(words_of(""), Words{});
  EXPECT_EQ(words_of(" ... !? "), Words{});
}

TEST(Words, KeepsHashtagsAndMentionsWhole) {
  EXPECT_EQ(words_of("look #FYP#dance @Some_One99."), (Words{"look", "#fyp", "#dance", "@some_one99"}));
  EXPECT_EQ(words_of("# @ #!"), Words{});
  EXPECT_EQ(words_of("#猫好き 猫"), (Words{"#猫好き", "猫"}));
}

TEST(Words, JoinsApostrophes) {
  EXPECT_EQ(words_of("Don't dogs' 'quoted' it’s"), (Words{"don't", "dogs", "quoted", "it's"}));
}

TEST(Words, ComposedAndDecomposedFormsAreOne) { EXPECT_EQ(words_of("cafe\u0301"), words_of("caf\u00e9")); }

TEST(Words, ScriptsWithoutSpacesGiveSingleCharacters) {
  EXPECT_EQ(words_of("我爱猫cats"), (Words{"我", "爱", "猫", "cats"}));
  EXPECT_EQ(words_of("한국어 말"), (Words{"한국어", "말"}));
  EXPECT_EQ(words_of("ที่"), (Words{"ที่"}));  // a consonant keeps its marks
}

TEST(Words, EmojiStandAlone) {
  EXPECT_EQ(words_of("wow😂😂ok ❤️ 👍🏽"), (Words{"wow", "😂", "😂", "ok", "❤", "👍"}));
}

TEST(Words, HostileBytesAreSeparators) {
  EXPECT_EQ(words_of(std::string("ab\xFF\xC0 cd\0ef", 10)), (Words{"ab", "cd", "ef"}));
  EXPECT_EQ(words_of("\xF0\x9F"), Words{});
  EXPECT_EQ(words_of(std::string(100000, 'A')).size(), 1u);
}

}  // namespace
}  // namespace foreview
