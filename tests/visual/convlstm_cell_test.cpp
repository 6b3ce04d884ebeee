#include "visual/convlstm_cell.h"

#include <gtest/gtest.h>

#include <cmath>

#include "foreview/error.h"
#include "visual/lstm_stretch.h"

namespace foreview {
namespace {

// Central differences of `loss` in f64 against the gradients that backward() left, relative to 1 + |gradient|.
double worst_gradient_error(const std::function<at::Tensor()>& loss, const std::vector<at::Tensor>& leaves) {
  for (at::Tensor leaf : leaves) leaf.mutable_grad() = at::Tensor();
  loss().backward();
  const at::NoGradGuard no_gradients;
  double worst = 0;
  constexpr double step = 1e-5;
  for (const at::Tensor& leaf : leaves) {
    double* values = leaf.data_ptr<double>();
    const at::Tensor gradient = leaf.grad().contiguous();
    for (int64_t i = 0; i < leaf.numel(); ++i) {
      const double kept = values[i];
      values[i] = kept + step;
      const double above = loss().item<double>();
      values[i] = kept - step;
      const double below = loss().item<double>();
      values[i] = kept;
      const double expected = gradient.data_ptr<double>()[i];
      worst = std::max(worst, std::abs((above - below) / (2 * step) - expected) / (1 + std::abs(expected)));
    }
  }
  return worst;
}

at::Tensor random_leaf(at::IntArrayRef shape) {
  return at::randn(shape, at::TensorOptions().dtype(at::kDouble)).requires_grad_(true);
}

class Gradients : public ::testing::TestWithParam<bool> {};

TEST_P(Gradients, agree_with_finite_differences) {
  torch::manual_seed(7);
  const bool peepholes = GetParam();
  ConvLstmCell cell(ConvLstmOptions{.input_channels = 2,
                                    .hidden_channels = 2,
                                    .kernel_height = 3,
                                    .kernel_width = 1,
                                    .peepholes = peepholes,
                                    .map_height = 3,
                                    .map_width = 2});
  cell->to(at::kDouble);
  const at::Tensor x = random_leaf({2, 3, 2, 3, 2});
  const ConvLstmState state{random_leaf({2, 2, 3, 2}), random_leaf({2, 2, 3, 2})};
  std::vector<at::Tensor> leaves{x, state.hidden, state.cell, cell->weight, cell->bias};
  if (peepholes) {
    const at::NoGradGuard no_gradients;
    cell->peephole.normal_();
    leaves.push_back(cell->peephole);
  }
  const at::Tensor of_outputs = at::randn({2, 3, 2, 3, 2}, at::kDouble), of_cell = at::randn({2, 2, 3, 2}, at::kDouble);
  const at::Tensor valid = at::tensor({1, 1, 1, 1, 1, 0}).view({2, 3}).to(at::kBool);
  const auto loss = [&] {
    const ConvLstmResult result = cell(x, state, valid);
    return (result.outputs * of_outputs).sum() + (result.final_state.cell * of_cell).sum();
  };
  EXPECT_LT(worst_gradient_error(loss, leaves), 1e-8);
}

INSTANTIATE_TEST_SUITE_P(Peepholes, Gradients, ::testing::Bool(),
                         [](const auto& test) { return std::string(test.param ? "with" : "without"); });

TEST(ConvLstmCell, one_pixel_follows_the_equations) {
  ConvLstmCell cell(
      ConvLstmOptions{.kernel_height = 1, .kernel_width = 1, .peepholes = true, .map_height = 1, .map_width = 1});
  const at::NoGradGuard no_gradients;
  cell->weight.copy_(at::tensor({0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8}).view({4, 2, 1, 1}));
  cell->bias.copy_(at::tensor({0.01, 0.02, 0.03, 0.04}));
  cell->peephole.copy_(at::tensor({0.5, -0.5, 0.25}).view({3, 1, 1, 1}));
  const double x = 0.9, h = -0.3, c = 0.7;
  const auto sigmoid = [](double value) { return 1 / (1 + std::exp(-value)); };
  const double i = sigmoid(0.1 * x + 0.2 * h + 0.01 + 0.5 * c), f = sigmoid(0.3 * x + 0.4 * h + 0.02 - 0.5 * c);
  const double next_c = f * c + i * std::tanh(0.7 * x + 0.8 * h + 0.04);
  const double next_h = sigmoid(0.5 * x + 0.6 * h + 0.03 + 0.25 * next_c) * std::tanh(next_c);
  const auto pixel = [](double value) { return at::full({1, 1, 1, 1}, value, at::kFloat); };
  const ConvLstmState next = cell->step(pixel(x), {pixel(h), pixel(c)});
  EXPECT_NEAR(next.hidden.item<double>(), next_h, 1e-6);
  EXPECT_NEAR(next.cell.item<double>(), next_c, 1e-6);
}

TEST(ConvLstmCell, sequence_equals_single_steps) {
  torch::manual_seed(3);
  ConvLstmCell cell(ConvLstmOptions{.input_channels = 2, .hidden_channels = 3, .kernel_height = 5});
  const at::Tensor x = at::randn({2, 4, 2, 6, 5});
  const ConvLstmResult whole = cell(x);
  ConvLstmState state;
  for (int64_t t = 0; t < 4; ++t) {
    state = cell->step(x.select(1, t), state);
    EXPECT_TRUE(at::allclose(whole.outputs.select(1, t), state.hidden, 0, 1e-6)) << "step " << t;
  }
  EXPECT_TRUE(at::allclose(whole.final_state.cell, state.cell, 0, 1e-6));
}

TEST(ConvLstmCell, padding_leaves_the_state_alone) {
  ConvLstmCell cell(ConvLstmOptions{.input_channels = 1, .hidden_channels = 2});
  const at::Tensor x = at::randn({1, 4, 1, 4, 4});
  const at::Tensor valid = at::tensor({1, 1, 0, 0}).view({1, 4}).to(at::kBool);
  const ConvLstmResult padded = cell(x, ConvLstmState{}, valid), cut = cell(x.narrow(1, 0, 2));
  EXPECT_TRUE(at::equal(padded.final_state.hidden, cut.final_state.hidden));
  EXPECT_TRUE(at::equal(padded.final_state.cell, cut.final_state.cell));
}

// What a pass in one precision gives: outputs, final cell state and all gradients.
std::vector<at::Tensor> everything(ConvLstmCell& cell, const at::Tensor& x, const at::Tensor& valid,
                                   Precision precision) {
  cell->set_precision(precision);
  cell->zero_grad();
  const at::Tensor input = x.clone().requires_grad_(true);
  const ConvLstmResult result = cell(input, ConvLstmState{}, valid);
  torch::manual_seed(5);
  (result.outputs * at::randn_like(result.outputs) + result.outputs.square()).sum().backward();
  std::vector<at::Tensor> all{result.outputs.detach(), result.final_state.cell.detach(), input.grad()};
  for (const at::Tensor& parameter : cell->parameters()) all.push_back(parameter.grad().clone());
  return all;
}

class Bf16Gradients : public ::testing::TestWithParam<bool> {};

// Every number that goes through a convolution is rounded to 8 bits: each tensor as a whole is within 1 % of f32.
TEST_P(Bf16Gradients, stays_close_to_f32) {
  torch::manual_seed(11);
  ConvLstmCell cell(ConvLstmOptions{.input_channels = 7,
                                    .hidden_channels = 40,
                                    .kernel_height = 3,
                                    .kernel_width = 5,
                                    .peepholes = GetParam(),
                                    .map_height = 6,
                                    .map_width = 5});
  {
    const at::NoGradGuard no_gradients;
    if (GetParam()) cell->peephole.normal_();
  }
  const at::Tensor x = at::randn({3, 6, 7, 6, 5});
  at::Tensor valid = at::ones({3, 6}, at::kBool);
  valid[1].narrow(0, 4, 2).fill_(false);
  const std::vector<at::Tensor> exact = everything(cell, x, valid, Precision::f32),
                                rounded = everything(cell, x, valid, Precision::bf16);
  ASSERT_EQ(exact.size(), GetParam() ? 6u : 5u);
  for (size_t i = 0; i < exact.size(); ++i) {
    const double error = ((exact[i] - rounded[i]).norm() / exact[i].norm()).item<double>();
    EXPECT_LT(error, 0.01) << "tensor " << i;
    EXPECT_GT(error, 0) << "tensor " << i << ": nothing was rounded";
  }
}

INSTANTIATE_TEST_SUITE_P(Peepholes, Bf16Gradients, ::testing::Bool(),
                         [](const auto& test) { return std::string(test.param ? "with" : "without"); });

TEST(ConvLstmCell, bf16_streams_as_in_one_pass_and_repeats_its_bits) {
  torch::manual_seed(3);
  ConvLstmCell cell(ConvLstmOptions{.input_channels = 3, .hidden_channels = 16});
  const at::Tensor x = at::randn({2, 5, 3, 8, 8});
  const std::vector<at::Tensor> first = everything(cell, x, {}, Precision::bf16),
                                second = everything(cell, x, {}, Precision::bf16);
  for (size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(at::equal(first[i], second[i])) << "tensor " << i;
  const ConvLstmResult head = cell(x.narrow(1, 0, 2)), tail = cell(x.narrow(1, 2, 3), head.final_state);
  EXPECT_TRUE(at::equal(at::cat({head.outputs, tail.outputs}, 1), first[0]));
}

TEST(ConvLstmCell, without_gradients_the_same_states_come_out) {
  ConvLstmCell cell(ConvLstmOptions{.input_channels = 3, .hidden_channels = 8});
  const at::Tensor x = at::randn({2, 5, 3, 6, 4});
  const ConvLstmResult with = cell(x);
  const at::NoGradGuard no_gradients;
  const ConvLstmResult without = cell(x);
  EXPECT_TRUE(at::equal(with.outputs, without.outputs));
  EXPECT_TRUE(at::equal(with.final_state.cell, without.final_state.cell));
}

// Outputs, final cell state and all gradients of a sequence in f64 that keeps up to `most_bytes`.
std::vector<at::Tensor> everything_within(int64_t most_bytes) {
  torch::manual_seed(17);
  ConvLstmCell cell(ConvLstmOptions{.input_channels = 2,
                                    .hidden_channels = 3,
                                    .peepholes = true,
                                    .map_height = 4,
                                    .map_width = 3,
                                    .most_bytes = most_bytes});
  cell->to(at::kDouble);
  {
    const at::NoGradGuard no_gradients;
    cell->peephole.normal_();
  }
  const at::Tensor x = random_leaf({2, 7, 2, 4, 3}), hidden = random_leaf({2, 3, 4, 3}),
                   state = random_leaf({2, 3, 4, 3});
  const at::Tensor valid = at::ones({2, 7}, at::kBool);
  valid[1].narrow(0, 3, 2).fill_(false);
  const ConvLstmResult result = cell(x, ConvLstmState{hidden, state}, valid);
  const at::Tensor weights = at::randn_like(result.outputs);
  ((result.outputs * weights).sum() + result.final_state.cell.square().sum()).backward();
  return {result.outputs.detach(),
          result.final_state.cell.detach(),
          x.grad(),
          hidden.grad(),
          state.grad(),
          cell->weight.grad(),
          cell->bias.grad(),
          cell->peephole.grad()};
}

TEST(ConvLstmCell, steps_that_are_run_again_give_the_same_gradients) {
  constexpr int64_t step_bytes = 2 * 4 * 3 * (2 + 5 * 3) * 8;
  const std::vector<at::Tensor> whole = everything_within(1 << 20);
  for (const int64_t most_bytes : {int64_t{1}, 3 * step_bytes, 7 * step_bytes}) {
    const std::vector<at::Tensor> again = everything_within(most_bytes);
    EXPECT_TRUE(at::equal(whole[0], again[0]));
    for (size_t i = 0; i < whole.size(); ++i)
      EXPECT_TRUE(at::allclose(whole[i], again[i], 1e-12, 1e-12)) << most_bytes << " bytes, tensor " << i;
  }
}

TEST(ConvLstmCell, few_bytes_split_a_sequence) {
  const LstmInputs inputs{.x = at::zeros({2, 7, 1, 4, 4}), .filters = at::zeros({8, 3, 3, 3})};
  constexpr int64_t step_bytes = 2 * 4 * 4 * (3 + 8) * 4;
  EXPECT_EQ(steps_together(inputs, 1 << 20), 7);
  EXPECT_EQ(steps_together(inputs, 7 * step_bytes - 1), 6);
  EXPECT_EQ(steps_together(inputs, 0), 1);
  EXPECT_EQ(stretches_of(7, 7).size(), 1u);
  const std::vector<Stretch> stretches = stretches_of(7, 3);
  ASSERT_EQ(stretches.size(), 3u);
  EXPECT_EQ(stretches[1].first, 3);
  EXPECT_EQ(stretches[2].steps, 1);
}

TEST(ConvLstmCell, a_second_backward_pass_is_refused) {
  ConvLstmCell cell(ConvLstmOptions{.input_channels = 1, .hidden_channels = 2});
  const at::Tensor sum = cell(at::randn({1, 2, 1, 4, 4})).outputs.sum();
  sum.backward({}, /*retain_graph=*/true);
  EXPECT_THROW(sum.backward(), Error);
}

TEST(ConvLstmCell, no_number_stays_none) {
  ConvLstmCell cell(ConvLstmOptions{.input_channels = 1, .hidden_channels = 16});
  at::Tensor x = at::zeros({1, 2, 1, 4, 4});
  x[0][0][0][0][0] = std::nan("");
  for (const Precision precision : {Precision::f32, Precision::bf16}) {
    cell->set_precision(precision);
    EXPECT_TRUE(cell(x).outputs.isnan().any().item<bool>());
  }
}

TEST(ConvLstmCell, even_kernels_are_refused) { EXPECT_THROW(ConvLstmCell(ConvLstmOptions{.kernel_width = 4}), Error); }

}  // namespace
}  // namespace foreview
