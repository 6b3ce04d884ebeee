#include <gtest/gtest.h>

#include <functional>

#include "core/files.h"
#include "core/hash.h"
#include "foreview/error.h"
#include "regression/synthetic_videos.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

namespace fs = std::filesystem;

using testing::features_of;
using testing::part_of;
using testing::quick_options;
using testing::synthetic_videos;
using testing::TemporaryFolder;
using testing::view_target;

const std::vector<LabelledVideo>& videos() {
  static const auto all = synthetic_videos({.count = 60, .seed = 21, .missing = 0.1, .authors = 6});
  return all;
}

const ForecastModel& model() {
  // Never destroyed: XGBoost cannot free a booster once the main thread's locals are gone.
  static const auto& trained =
      *new ForecastModel(ForecastModel::train(part_of(videos(), 0, 55), view_target(), quick_options(), 5, Device{}));
  return trained;
}

std::string message_of_loading(const fs::path& folder) {
  try {
    ForecastModel::load(folder, Device{});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

void change_json(const fs::path& file, const std::function<void(nlohmann::json&)>& change) {
  auto json = nlohmann::json::parse(read_file(file));
  change(json);
  write_file_atomically(file, json.dump());
}

// As if the model had been saved with the changed file: what is checked then is the content, not the hash.
void accept_hash(const fs::path& folder, const std::string& name) {
  change_json(folder / "model.json", [&](auto& json) { json["files"][name] = sha256_file(folder / name); });
}

void expect_refused(const fs::path& folder, const std::string& named) {
  const std::string message = message_of_loading(folder);
  EXPECT_NE(message.find(named), std::string::npos) << "message: " << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

TEST(ModelBundle, ComesBackWithTheSamePredictions) {
  TemporaryFolder folder;
  model().save(folder.path() / "model");
  const auto loaded = ForecastModel::load(folder.path() / "model", Device{});
  ASSERT_EQ(loaded.models().size(), model().models().size());
  const auto features = features_of(videos());
  for (size_t m = 0; m < model().models().size(); ++m) {
    EXPECT_EQ(loaded.models()[m].name, model().models()[m].name);
    const auto before = model().predict(m, features), after = loaded.predict(m, features);
    for (size_t i = 0; i < features.size(); ++i) {
      EXPECT_EQ(before[i].median, after[i].median) << loaded.models()[m].name;
      EXPECT_EQ(before[i].low, after[i].low);
      EXPECT_EQ(before[i].high, after[i].high);
    }
  }
  const Forecast before = model().forecast(features[57]), after = loaded.forecast(features[57]);
  EXPECT_EQ(before.percentile, after.percentile);
  EXPECT_EQ(before.chance_of_top_tenth, after.chance_of_top_tenth);
  EXPECT_EQ(before.notes, after.notes);
  EXPECT_EQ(loaded.history(), model().history());
}

TEST(ModelBundle, SavedAgainHasTheSameBytesAndKeepsTheExtra) {
  TemporaryFolder folder;
  model().save(folder.path() / "a");
  auto loaded = ForecastModel::load(folder.path() / "a", Device{});
  loaded.save(folder.path() / "b");
  for (const auto& entry : fs::directory_iterator(folder.path() / "a"))
    EXPECT_EQ(read_file(entry.path()), read_file(folder.path() / "b" / entry.path().filename())) << entry.path();
  loaded.extra()["held_out"] = {{"verdict", "skill"}};
  loaded.save(folder.path() / "b");
  EXPECT_EQ(ForecastModel::load(folder.path() / "b", Device{}).extra()["held_out"]["verdict"], "skill");
}

TEST(ModelBundle, NoModelAndOtherVersionsAreRefusedInOneLine) {
  TemporaryFolder folder;
  expect_refused(folder.path() / "nothing", "model.json");
  model().save(folder.path());
  const fs::path json = folder.path() / "model.json";
  const std::string good = read_file(json);
  for (const int other : {6, 8}) {  // an older program's, a newer one's
    change_json(json, [&](auto& j) { j["version"] = other; });
    expect_refused(folder.path(), "expected 7, got " + std::to_string(other));
  }
  write_file_atomically(json, "{\"format\": \"other\"}");
  expect_refused(folder.path(), "no foreview model");
  write_file_atomically(json, good.substr(0, good.size() / 2));
  expect_refused(folder.path(), "model.json");
  write_file_atomically(json, "[]");
  expect_refused(folder.path(), "model.json");
}

TEST(ModelBundle, EveryMemberOfModelJsonIsNeeded) {
  TemporaryFolder folder;
  model().save(folder.path());
  const fs::path file = folder.path() / "model.json";
  const auto good = nlohmann::json::parse(read_file(file));
  for (const auto& [name, value] : good.items()) {
    auto bad = good;
    bad.erase(name);
    write_file_atomically(file, bad.dump());
    expect_refused(folder.path(), "model.json");
    bad[name] = name == "extra" || name == "history" ? nlohmann::json() : nlohmann::json("wrong");
    if (bad[name].is_null()) continue;
    write_file_atomically(file, bad.dump());
    expect_refused(folder.path(), "model.json");
  }
}

TEST(ModelBundle, MissingDamagedAndForeignFilesAreRefused) {
  for (const char* name : {"fusion.safetensors", "trees.json", "text.json", "reference.safetensors"}) {
    TemporaryFolder folder;
    model().save(folder.path());
    const std::string good = read_file(folder.path() / name);
    fs::remove(folder.path() / name);
    expect_refused(folder.path(), name);
    write_file_atomically(folder.path() / name, good + " ");
    expect_refused(folder.path(), name);
    write_file_atomically(folder.path() / name, good.substr(0, good.size() / 2));
    expect_refused(folder.path(), name);
    accept_hash(folder.path(), name);
    expect_refused(folder.path(), name);
    write_file_atomically(folder.path() / name, "{}");
    accept_hash(folder.path(), name);
    EXPECT_NE(message_of_loading(folder.path()), "") << name;
  }
}

TEST(ModelBundle, TensorsOfAnotherSizeAreRefused) {
  TemporaryFolder folder;
  model().save(folder.path());
  change_json(folder.path() / "model.json",
              [](auto& json) { json["tracks"]["author_free"]["transformer"]["model_dimension"] = 32; });
  expect_refused(folder.path(), "fusion.safetensors");
  change_json(folder.path() / "model.json",
              [](auto& json) { json["tracks"]["author_free"]["transformer"]["heads"] = 7; });
  expect_refused(folder.path(), "model.json");
}

}  // namespace
}  // namespace foreview
