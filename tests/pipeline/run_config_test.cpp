#include "pipeline/run_config.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

TEST(RunConfig, TomlRoundTripKeepsEveryKey) {
  const testing::TemporaryFolder folder;
  RunConfig config;
  config.set("pretrain.steps", "77");
  config.set("use", "visual,audio");
  config.set("train.dropout", "0.3");
  write_file_atomically(folder.path() / "config.toml", config.to_toml());
  RunConfig read;
  read.read_toml(folder.path() / "config.toml");
  EXPECT_EQ(read.entries(), config.entries());
  EXPECT_EQ(read.pretrain.steps, 77);
}

TEST(RunConfig, UnknownKeyNamesTheNearest) {
  RunConfig config;
  try {
    config.set("pretrain.stepz", "3");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(std::string(error.what()).find("pretrain.steps"), std::string::npos) << error.what();
  }
}

TEST(RunConfig, WrongTypesAndRangesAreRefused) {
  RunConfig config;
  EXPECT_THROW(config.set("pretrain.steps", "many"), Error);
  EXPECT_THROW(config.set("pretrain.steps", "3.5"), Error);
  config.set("train.heads", "7");
  EXPECT_THROW(config.check(), Error);
  RunConfig split;
  split.set("split", "sideways");
  EXPECT_THROW(split.check(), Error);
}

TEST(RunConfig, TomlErrorsNameTheFileAndLine) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "c.toml";
  write_file_atomically(file, "seed = 1\ntarget = \n");
  RunConfig config;
  try {
    config.read_toml(file);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("c.toml:2"), std::string::npos) << error.what();
  }
  write_file_atomically(file, "[pretrain]\nsteps = \"many\"\n");
  EXPECT_THROW(config.read_toml(file), Error);
}

}  // namespace
}  // namespace foreview
