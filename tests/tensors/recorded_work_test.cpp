#include "tensors/recorded_work.h"

#include <gtest/gtest.h>

namespace foreview {
namespace {

// Recording needs a GPU; everywhere else, and on one in the first calls, work is called as it is.
TEST(RecordedWork, gives_what_the_work_gives_for_any_shape) {
  int calls = 0;
  RecordedWork doubled([&](const RecordedWork::Tensors& inputs) -> RecordedWork::Tensors {
    ++calls;
    return {inputs[0] * 2, inputs[1].sum()};
  });
  for (int64_t i = 1; i <= 6; ++i) {
    const at::Tensor a = at::full({i % 3 + 1}, static_cast<double>(i)), b = at::ones({i});
    const RecordedWork::Tensors got = doubled({a, b});
    ASSERT_EQ(got.size(), 2u);
    EXPECT_TRUE(at::equal(got[0], a + a));
    EXPECT_EQ(got[1].item<double>(), static_cast<double>(i));
  }
  EXPECT_EQ(calls, 6);
}

TEST(RecordedWork, gradients_are_set_to_zero_where_they_are) {
  const at::Tensor used = at::ones({3}).requires_grad_(true), unused = at::ones({2}).requires_grad_(true);
  (used * 4).sum().backward();
  const void* place = used.grad().data_ptr();
  zero_gradients({used, unused});
  EXPECT_EQ(used.grad().data_ptr(), place);
  EXPECT_EQ(used.grad().abs().max().item<double>(), 0.0);
  EXPECT_FALSE(unused.grad().defined());
  (used * 5).sum().backward();
  EXPECT_EQ(used.grad().data_ptr(), place);
  EXPECT_EQ(used.grad()[0].item<double>(), 5.0);
}

}  // namespace
}  // namespace foreview
