#include "tensors/optimizer_state.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

void take_steps(torch::nn::Linear& layer, torch::optim::AdamW& optimizer, int from, int to) {
  for (int step = from; step < to; ++step) {
    optimizer.zero_grad();
    (layer(at::full({1, 3}, step + 1.0)) - 1).square().sum().backward();
    optimizer.step();
  }
}

torch::optim::AdamW make_optimizer(torch::nn::Linear& layer) {
  return torch::optim::AdamW(layer->parameters(), torch::optim::AdamWOptions(0.01));
}

TEST(OptimizerState, training_goes_on_bit_for_bit) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "checkpoint.safetensors";
  torch::nn::Linear straight(3, 2);
  auto optimizer = make_optimizer(straight);
  take_steps(straight, optimizer, 0, 5);
  NamedTensors saved;
  add_module_tensors(*straight, "model.", saved);
  add_optimizer_state(optimizer, "optimizer.", saved);
  save_tensors(file, saved);
  take_steps(straight, optimizer, 5, 10);

  torch::nn::Linear resumed(3, 2);
  auto second = make_optimizer(resumed);
  const NamedTensors loaded = load_tensors(file);
  load_module_tensors(*resumed, "model.", loaded, file);
  load_optimizer_state(second, "optimizer.", loaded, file);
  take_steps(resumed, second, 5, 10);
  EXPECT_TRUE(at::equal(resumed->weight, straight->weight));
  EXPECT_TRUE(at::equal(resumed->bias, straight->bias));
}

TEST(OptimizerState, a_state_that_does_not_fit_is_refused) {
  torch::nn::Linear layer(3, 2);
  auto optimizer = make_optimizer(layer);
  take_steps(layer, optimizer, 0, 1);
  NamedTensors state;
  add_optimizer_state(optimizer, "optimizer.", state);
  ASSERT_EQ(state.size(), 6u);
  NamedTensors wrong = state;
  wrong["optimizer.0.exp_avg"] = at::zeros({7});
  EXPECT_THROW(load_optimizer_state(optimizer, "optimizer.", wrong, "checkpoint"), Error);
  wrong = state;
  wrong.erase("optimizer.1.exp_avg_sq");
  EXPECT_THROW(load_optimizer_state(optimizer, "optimizer.", wrong, "checkpoint"), Error);
  wrong = state;
  wrong["optimizer.0.step"] = at::full({}, 1.0);
  EXPECT_THROW(load_optimizer_state(optimizer, "optimizer.", wrong, "checkpoint"), Error);
}

}  // namespace
}  // namespace foreview
