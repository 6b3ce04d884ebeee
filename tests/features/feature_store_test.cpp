#include "features/feature_store.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/files.h"
#include "core/safetensors.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

const TimedVectors example{.dimension = 3, .values = {1, 2, 3, 4, 5, 6}, .spans = {{0, 1.5}, {1.5, 2.75}}};

class FeatureStoreTest : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder_;
  FeatureStore store_{folder_.path()};
};

TEST_F(FeatureStoreTest, RoundTrip) {
  EXPECT_FALSE(store_.has("enc", "abcdef"));
  EXPECT_FALSE(store_.load_vectors("enc", "abcdef").has_value());
  store_.save_vectors("enc", "abcdef", example);
  EXPECT_TRUE(store_.has("enc", "abcdef"));
  const auto back = store_.load_vectors("enc", "abcdef");
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->dimension, 3);
  EXPECT_EQ(back->values, example.values);
  EXPECT_EQ(back->spans, example.spans);
}

TEST_F(FeatureStoreTest, IsShardedByTheFirstTwoDigits) {
  EXPECT_EQ(store_.path("enc", "abcdef"), folder_.path() / "enc" / "ab" / "abcdef.safetensors");
  EXPECT_EQ(store_.path("enc", "abcdef", ".json"), folder_.path() / "enc" / "ab" / "abcdef.json");
}

TEST_F(FeatureStoreTest, NoVectorsIsAResultToo) {
  store_.save_vectors("enc", "abcdef", {.dimension = 4, .values = {}, .spans = {}});
  const auto back = store_.load_vectors("enc", "abcdef");
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->dimension, 4);
  EXPECT_EQ(back->count(), 0u);
}

TEST_F(FeatureStoreTest, DamagedFilesAreRemoved) {
  SafetensorsFile wrong_shape, not_finite;
  const std::vector<float> values = {1, 2};
  const std::vector<float> bad_values = {1, NAN};
  const std::vector<double> spans = {0, 1};
  wrong_shape.tensors["values"] = StoredTensor::from<float>({2, 1}, values.data());
  wrong_shape.tensors["spans"] = StoredTensor::from<double>({1, 2}, spans.data());
  not_finite.tensors["values"] = StoredTensor::from<float>({1, 2}, bad_values.data());
  not_finite.tensors["spans"] = StoredTensor::from<double>({1, 2}, spans.data());
  for (const std::string& bytes : {std::string(), std::string("garbage"), serialize_safetensors({}),
                                   serialize_safetensors(wrong_shape), serialize_safetensors(not_finite)}) {
    write_file_atomically(store_.path("enc", "abcdef"), bytes);
    EXPECT_FALSE(store_.load_vectors("enc", "abcdef").has_value());
    EXPECT_FALSE(store_.has("enc", "abcdef"));
  }
  store_.save_vectors("enc", "abcdef", example);
  EXPECT_TRUE(store_.load_vectors("enc", "abcdef").has_value());
}

TEST_F(FeatureStoreTest, RefusesWhatDoesNotFit) {
  TimedVectors wrong = example;
  wrong.values.pop_back();
  EXPECT_THROW(store_.save_vectors("enc", "abcdef", wrong), Error);
  EXPECT_THROW(store_.path("enc", "../../etc/passwd"), Error);
  EXPECT_THROW(store_.path("", "abcdef"), Error);
}

}  // namespace
}  // namespace foreview
