#include "core/hash.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <set>

#include "core/files.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

// FIPS 180-2, appendix B.1 and the empty message.
constexpr const char* kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kEmpty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST(Hash, MatchesTheStandard) {
  EXPECT_EQ(sha256_hex("abc"), kAbc);
  EXPECT_EQ(sha256_hex(""), kEmpty);
  EXPECT_EQ(fingerprint("abc"), "ba7816bf8f01cfea");
}

TEST(Hash, OfAFileIsThatOfItsBytes) {
  const testing::TemporaryFolder folder;
  const std::string large(3'000'001, 'x');
  write_file_atomically(folder.path() / "large", large);
  write_file_atomically(folder.path() / "empty", "");
  EXPECT_EQ(sha256_file(folder.path() / "large"), sha256_hex(large));
  EXPECT_EQ(sha256_file(folder.path() / "empty"), kEmpty);
}

TEST(Hash, OfWhatIsNoFileFails) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  EXPECT_THROW(sha256_file(folder.path() / "absent"), Error);
  EXPECT_THROW(sha256_file(folder.path()), Error);
  EXPECT_THROW(sha256_file(folder.path() / "pipe"), Error);
}

TEST(Hash, UnitHashIsSpreadOverTheInterval) {
  double sum = 0;
  std::set<double> values;
  for (int i = 0; i < 1000; ++i) {
    const double value = unit_hash("video " + std::to_string(i));
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    sum += value;
    values.insert(value);
  }
  EXPECT_NEAR(sum / 1000, 0.5, 0.03);
  EXPECT_EQ(values.size(), 1000u);
  EXPECT_EQ(unit_hash("abc"), 0.7283949105904021);  // the first 53 bits of the digest, as a fraction
}

}  // namespace
}  // namespace foreview
