#include "tensors/tensor_file.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <limits>

#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

using testing::TemporaryFolder;

std::string message_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(TensorFile, every_type_comes_back_the_same) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "all.safetensors";
  NamedTensors tensors;
  for (const auto type : {at::kByte, at::kChar, at::kShort, at::kInt, at::kLong, at::kHalf, at::kBFloat16, at::kFloat,
                          at::kDouble, at::kBool}) {
    tensors[at::toString(type)] = at::arange(6, at::kFloat).view({2, 3}).to(type);
  }
  tensors["scalar"] = at::full({}, 2.5);
  tensors["empty"] = at::empty({0, 3});
  save_tensors(file, tensors, {{"key", "value"}});
  std::map<std::string, std::string> metadata;
  const NamedTensors loaded = load_tensors(file, &metadata);
  EXPECT_EQ(metadata["key"], "value");
  ASSERT_EQ(loaded.size(), tensors.size());
  for (const auto& [name, tensor] : tensors) {
    EXPECT_EQ(loaded.at(name).scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(at::equal(loaded.at(name), tensor)) << name;
  }
}

TEST(TensorFile, views_are_stored_row_major) {
  const at::Tensor transposed = at::arange(6, at::kFloat).view({2, 3}).t();
  EXPECT_TRUE(at::equal(to_tensor(to_stored(transposed)), transposed));
}

class Modules : public ::testing::Test {
 protected:
  torch::nn::Linear from_{3, 2}, into_{3, 2};
  NamedTensors tensors_;
  void SetUp() override { add_module_tensors(*from_, "part.", tensors_); }
  std::string load_error() {
    return message_of([&] { load_module_tensors(*into_, "part.", tensors_, "weights.safetensors"); });
  }
};

TEST_F(Modules, weights_go_from_one_module_to_another) {
  tensors_["other.weight"] = at::zeros({1});  // of another part: not this module's business
  load_module_tensors(*into_, "part.", tensors_, "weights.safetensors");
  EXPECT_TRUE(at::equal(into_->weight, from_->weight));
  EXPECT_TRUE(at::equal(into_->bias, from_->bias));
}

TEST_F(Modules, a_missing_tensor_is_named) {
  tensors_.erase("part.bias");
  EXPECT_NE(load_error().find("part.bias is missing"), std::string::npos) << load_error();
}

TEST_F(Modules, a_left_over_tensor_is_named) {
  tensors_["part.extra"] = at::zeros({1});
  EXPECT_NE(load_error().find("part.extra"), std::string::npos) << load_error();
}

TEST_F(Modules, a_wrong_shape_or_type_says_expected_and_got) {
  tensors_["part.weight"] = at::zeros({2, 4});
  EXPECT_NE(load_error().find("expected F32 [2, 3], got F32 [2, 4]"), std::string::npos) << load_error();
  tensors_["part.weight"] = at::zeros({2, 3}, at::kDouble);
  EXPECT_NE(load_error().find("got F64 [2, 3]"), std::string::npos) << load_error();
}

TEST_F(Modules, infinite_weights_are_refused_and_nothing_is_changed) {
  const at::Tensor before = into_->bias.detach().clone();
  tensors_["part.weight"] = at::full({2, 3}, std::numeric_limits<float>::infinity());
  EXPECT_NE(load_error().find("no finite numbers"), std::string::npos) << load_error();
  EXPECT_TRUE(at::equal(into_->bias, before));
}

}  // namespace
}  // namespace foreview
