#include "sample/sample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "dataset/count_label.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

std::map<std::string, std::string> contents(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder))
    files[entry.path().filename().string()] = read_file(entry.path());
  return files;
}

nlohmann::json json_of(const fs::path& file) { return nlohmann::json::parse(read_file(file)); }

Error error_of(const fs::path& folder, const SampleOptions& options) {
  try {
    make_sample(folder, options);
  } catch (const Error& error) {
    return error;
  }
  return Error({.problem = "no error"}, ErrorKind::interrupted);
}

/// Sets an environment variable until the end of the block.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name), before_(std::getenv(name)) {
    setenv(name, value.c_str(), 1);
  }
  ~Environment() { setenv(name_, before_.c_str(), 1); }

 private:
  const char* name_;
  std::string before_;
};

TEST(Sample, SameOptionsGiveTheSameBytesWhateverTheWorkers) {
  const TemporaryFolder folder;
  make_sample(folder.path() / "one", {.videos = 4, .seed = 3, .subtitles = true, .workers = 1});
  make_sample(folder.path() / "two", {.videos = 4, .seed = 3, .subtitles = true, .workers = 2});
  const auto one = contents(folder.path() / "one");
  EXPECT_EQ(one.size(), 10u);  // four videos, four subtitles, metadata.json, truth.json
  EXPECT_TRUE(one == contents(folder.path() / "two"));
}

TEST(Sample, GoesOnWhereItWasAndLeavesAFinishedOneAlone) {
  const TemporaryFolder folder;
  const SampleOptions options{.videos = 3, .seed = 5, .workers = 1};
  make_sample(folder.path(), options);
  const auto whole = contents(folder.path());
  const std::string kept = whole.begin()->first, lost = std::next(whole.begin())->first;
  const auto kept_since = fs::last_write_time(folder.path() / kept);
  fs::remove(folder.path() / lost);
  fs::remove(folder.path() / "metadata.json");
  fs::remove(folder.path() / "truth.json");
  make_sample(folder.path(), options);
  EXPECT_TRUE(contents(folder.path()) == whole);
  EXPECT_EQ(fs::last_write_time(folder.path() / kept), kept_since);

  const auto metadata_since = fs::last_write_time(folder.path() / "metadata.json");
  make_sample(folder.path(), options);
  EXPECT_EQ(fs::last_write_time(folder.path() / "metadata.json"), metadata_since);
}

TEST(Sample, TruthAndMetadataAgree) {
  const TemporaryFolder folder;
  make_sample(folder.path(), {.videos = 4, .seed = 9, .law = SampleLaw::audio});
  const nlohmann::json metadata = json_of(folder.path() / "metadata.json"),
                       truth = json_of(folder.path() / "truth.json");
  EXPECT_EQ(truth["law"], "audio");
  ASSERT_EQ(metadata.size(), 4u);
  ASSERT_EQ(truth["videos"].size(), 4u);
  double views_sum = 0, views_squares = 0, noise_sum = 0, noise_squares = 0;
  for (size_t i = 0; i < 4; ++i) {
    const nlohmann::json& record = metadata[i];
    const nlohmann::json& video = truth["videos"][i];
    EXPECT_EQ(record["id"], video["id"]);
    EXPECT_TRUE(fs::is_regular_file(folder.path() / (record["id"].get<std::string>() + ".mp4")));
    EXPECT_EQ(record["url"], "https://example.com/@" + record["uploader_id"].get<std::string>() + "/video/" +
                                 record["id"].get<std::string>());
    const double views = std::get<Quantity>(parse_count(record["views"].get<std::string>())).value;
    double explained = truth["mean"];
    for (const nlohmann::json& term : truth["terms"])
      explained += term["weight"].get<double>() * video["term_values"][term["name"].get<std::string>()].get<double>();
    const double actual = std::log1p(views), noise = actual - explained;
    views_sum += actual / 4, views_squares += actual * actual / 4;
    noise_sum += noise / 4, noise_squares += noise * noise / 4;
  }
  const double r2 = 1 - (noise_squares - noise_sum * noise_sum) / (views_squares - views_sum * views_sum);
  EXPECT_NEAR(truth["attainable_r2"].get<double>(), r2, 1e-9);
}

TEST(Sample, RefusesAFolderThatHoldsAnythingElse) {
  const TemporaryFolder folder;
  write_file_atomically(folder.path() / "diary.txt", "mine");
  const Error error = error_of(folder.path(), {.videos = 1});
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_NE(std::string(error.what()).find("diary.txt"), std::string::npos);
  EXPECT_EQ(contents(folder.path()).size(), 1u);
  EXPECT_EQ(error_of(folder.path() / "diary.txt", {.videos = 1}).kind(), ErrorKind::usage);
}

TEST(Sample, RefusesASampleBegunWithOtherOptions) {
  const TemporaryFolder folder;
  make_sample(folder.path(), {.videos = 1, .seed = 1});
  const auto before = contents(folder.path());
  EXPECT_EQ(error_of(folder.path(), {.videos = 1, .seed = 2}).kind(), ErrorKind::usage);
  EXPECT_TRUE(contents(folder.path()) == before);
}

TEST(Sample, SaysWhatToDoWithoutTheSpeechProgram) {
  const TemporaryFolder folder;
  const Environment no_programs("PATH", (folder.path() / "nowhere").string());
  const Error error = error_of(folder.path() / "out", {.videos = 1});
  EXPECT_EQ(error.kind(), ErrorKind::failed);
  EXPECT_NE(std::string(error.what()).find("espeak-ng"), std::string::npos);
  EXPECT_NE(std::string(error.what()).find("apt install"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder.path() / "out"));
}

}  // namespace
}  // namespace foreview
