#include "tensors/device.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "foreview/error.h"
#include "tensors/torch_errors.h"

namespace foreview {
namespace {

TEST(Device, cpu_is_always_there) {
  EXPECT_EQ(resolve_device("cpu").name, "cpu");
  EXPECT_FALSE(resolve_device("cpu").is_cuda());
  EXPECT_EQ(resolve_device("auto").is_cuda(), torch::cuda::is_available());
}

TEST(Device, unknown_names_are_wrong_usage) {
  try {
    resolve_device("gpu");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(std::string(error.what()).find("auto, cpu or cuda"), std::string::npos) << error.what();
  }
}

TEST(Device, threads_are_set_as_asked) {
  configure_torch(2);
  EXPECT_EQ(at::get_num_threads(), 2);
  configure_torch(1);  // a second call may not fail
  EXPECT_EQ(at::get_num_threads(), 1);
  EXPECT_NE(describe_torch().find("LibTorch"), std::string::npos);
  EXPECT_EQ(describe_torch().find('\n'), std::string::npos);
}

TEST(Device, torch_failures_become_one_line) {
  try {
    with_torch_errors("weights.safetensors", "multiplying", [] { return at::mm(at::ones({2, 3}), at::ones({2, 3})); });
    FAIL() << "no error";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_EQ(text.rfind("weights.safetensors: multiplying failed: ", 0), 0u) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace foreview
