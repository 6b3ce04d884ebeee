#include <gtest/gtest.h>

#include "support/temporary_folder.h"
#include "transcription/parser_seeds.h"

namespace foreview {
namespace {

// benchmarks/parser_mutations.cpp does the same with as many copies as one likes.
TEST(ParserMutations, DamagedCopiesGiveAResultOrOneLine) {
  for (const testing::ParserSeed& seed : testing::parser_seeds()) {
    SCOPED_TRACE(seed.name);
    const testing::TemporaryFolder folder;
    ASSERT_NO_THROW(seed.parse(seed.bytes, folder.path()));
    testing::MutationCounts counts;
    ASSERT_NO_THROW(counts = testing::parse_damaged_copies(seed, 60, 3, folder.path()));
    EXPECT_EQ(counts.parsed + counts.refused, 60);
    EXPECT_GT(counts.refused, 5);
  }
}

}  // namespace
}  // namespace foreview
