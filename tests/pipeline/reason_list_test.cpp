#include "pipeline/reason_list.h"

#include <gtest/gtest.h>

namespace foreview {
namespace {

TEST(ReasonList, AFewFilesAreNamedOneByOne) {
  ReasonList list;
  EXPECT_TRUE(list.empty());
  list.add("b.mp4", "encrypted");
  list.add("a.mp4", "the file is empty");
  EXPECT_EQ(list.lines(), (std::vector<std::string>{"a.mp4: the file is empty", "b.mp4: encrypted"}));
}

TEST(ReasonList, ManyAreGroupedByWhatIsSaidWhateverTheNumbers) {
  ReasonList list;
  for (int i = 10; i < 25; ++i)
    list.add("v" + std::to_string(i), "only " + std::to_string(i) + ".5 of 30 s can be decoded");
  list.add("a", "encrypted");
  EXPECT_EQ(list.lines(),
            (std::vector<std::string>{"15 files: only 10.5 of 30 s can be decoded (v10, v11, v12 and 12 more)",
                                      "1 file: encrypted (a)"}));
}

}  // namespace
}  // namespace foreview
