#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "support/reference_data.h"
#include "tensors/tensor_file.h"
#include "visual/convlstm_cell.h"

// Parity with ndrplz/ConvLSTM_pytorch: outputs, final states, loss and all gradients; see golden/convlstm/README.md in
// the reference data folder.
namespace foreview {
namespace {

struct Setting {
  const char* name;
  at::ScalarType type;
};

class ConvLstmGolden : public ::testing::TestWithParam<Setting> {
 protected:
  void SetUp() override {
    const auto folder = testing::reference_data();
    if (!folder) GTEST_SKIP() << "skipped: no reference data";
    stored_ = load_tensors(*folder / "golden" / "convlstm" / (std::string(GetParam().name) + ".safetensors"));
  }

  bool has(const std::string& name) const { return stored_.contains(name); }
  at::Tensor leaf(const std::string& name) const {
    return stored_.at(name).to(GetParam().type).clone().requires_grad_(true);
  }
  // Outputs: 1e-5 absolute in f32. Gradients: 2e-5 relative to 1 + |value|. Both 1e-11 in f64.
  void compare(const std::string& name, const at::Tensor& got) const {
    const at::Tensor wanted = stored_.at("expected_f64." + name);
    ASSERT_TRUE(got.defined()) << name;
    ASSERT_EQ(got.sizes(), wanted.sizes()) << name;
    const bool is_f64 = GetParam().type == at::kDouble, is_gradient = name.starts_with("grad.");
    const double tolerance = is_f64 ? 1e-11 : is_gradient ? 2e-5 : 1e-5;
    const at::Tensor scale = is_gradient || name == "loss" ? 1 + wanted.abs() : at::ones_like(wanted);
    const double worst = ((got.detach().to(at::kDouble) - wanted).abs() / scale).max().item<double>();
    EXPECT_LE(worst, tolerance) << name;
  }

  NamedTensors stored_;
};

TEST_P(ConvLstmGolden, outputs_states_and_all_gradients) {
  const at::Tensor input = leaf("input");
  ConvLstmState state;
  if (has("h0")) state = {leaf("h0"), leaf("c0")};
  const ConvLstmState first = state;
  std::vector<ConvLstmCell> layers;
  at::Tensor sequence = input;
  for (int index = 0; has("layer" + std::to_string(index) + ".weight"); ++index) {
    const std::string layer = "layer" + std::to_string(index);
    const at::Tensor weight = stored_.at(layer + ".weight");
    ConvLstmCell cell(ConvLstmOptions{.input_channels = weight.size(1) - weight.size(0) / 4,
                                      .hidden_channels = weight.size(0) / 4,
                                      .kernel_height = weight.size(2),
                                      .kernel_width = weight.size(3),
                                      .bias = has(layer + ".bias")});
    NamedTensors own{{"weight", weight}};
    if (has(layer + ".bias")) own["bias"] = stored_.at(layer + ".bias");
    load_module_tensors(*cell, "", own, layer);
    cell->to(GetParam().type);
    const ConvLstmResult result = cell(sequence, index == 0 ? state : ConvLstmState{});
    compare(layer + ".output", result.outputs);
    compare(layer + ".h_final", result.final_state.hidden);
    compare(layer + ".c_final", result.final_state.cell);
    sequence = result.outputs;
    layers.push_back(cell);
  }
  ASSERT_FALSE(layers.empty());
  const at::Tensor loss = (sequence * stored_.at("loss_coefficients").to(GetParam().type)).sum();
  compare("loss", loss);
  loss.backward();
  compare("grad.input", input.grad());
  for (size_t index = 0; index < layers.size(); ++index) {
    const std::string layer = "grad.layer" + std::to_string(index);
    compare(layer + ".weight", layers[index]->weight.grad());
    if (layers[index]->bias.defined()) compare(layer + ".bias", layers[index]->bias.grad());
  }
  if (first.hidden.defined()) {
    compare("grad.h0", first.hidden.grad());
    compare("grad.c0", first.cell.grad());
  }
}

INSTANTIATE_TEST_SUITE_P(Settings, ConvLstmGolden,
                         ::testing::Values(Setting{"a_small", at::kFloat}, Setting{"a_small", at::kDouble},
                                           Setting{"b_rect_kernel", at::kFloat}, Setting{"b_rect_kernel", at::kDouble},
                                           Setting{"c_stateful", at::kFloat}, Setting{"c_stateful", at::kDouble},
                                           Setting{"d_two_layers_nobias_1x1", at::kFloat},
                                           Setting{"d_two_layers_nobias_1x1", at::kDouble}),
                         [](const auto& test) {
                           return std::string(test.param.name) + (test.param.type == at::kDouble ? "_f64" : "_f32");
                         });

}  // namespace
}  // namespace foreview
