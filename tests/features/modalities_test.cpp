#include "features/modalities.h"

#include <gtest/gtest.h>

#include "foreview/error.h"

namespace foreview {
namespace {

TEST(Modalities, ParsesListsInAnyOrder) {
  const Modalities use = Modalities::parse("audio, visual");
  EXPECT_TRUE(use.visual && use.audio);
  EXPECT_FALSE(use.speech || use.caption || use.metadata);
  EXPECT_EQ(use.text(), "visual,audio");
}

TEST(Modalities, RoundTrip) {
  EXPECT_EQ(Modalities{}.text(), "visual,audio,speech,caption,metadata");
  EXPECT_EQ(Modalities::parse(Modalities{}.text()).text(), Modalities{}.text());
}

TEST(Modalities, UnknownNameSuggestsTheNearest) {
  try {
    Modalities::parse("visual,captoin");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(std::string(error.what()).find("did you mean \"caption\""), std::string::npos) << error.what();
  }
}

TEST(Modalities, EmptyListsAreAnError) {
  for (const char* text : {"", " ", ",", " , "}) {
    try {
      Modalities::parse(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
    }
  }
}

}  // namespace
}  // namespace foreview
