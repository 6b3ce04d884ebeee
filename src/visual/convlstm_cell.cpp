#include "visual/convlstm_cell.h"

#include <cmath>

#include "foreview/error.h"
#include "visual/lstm_gates.h"

namespace foreview {

ConvLstmCellImpl::ConvLstmCellImpl(const ConvLstmOptions& options) : options_(options) {
  if (options.kernel_height % 2 == 0 || options.kernel_width % 2 == 0) {
    throw Error({.problem = "the ConvLSTM kernel would change the size of the map",
                 .expected = "odd kernel sizes",
                 .got = std::to_string(options.kernel_height) + "x" + std::to_string(options.kernel_width)});
  }
  const int64_t gates = 4 * options.hidden_channels;
  const int64_t channels = options.input_channels + options.hidden_channels;
  const double fan_in = static_cast<double>(channels * options.kernel_height * options.kernel_width);
  const double bound = 1.0 / std::sqrt(fan_in);
  weight = register_parameter("weight", at::empty({gates, channels, options.kernel_height, options.kernel_width}));
  {
    const at::NoGradGuard no_gradients;
    weight.uniform_(-bound, bound);
  }
  if (options.bias) bias = register_parameter("bias", at::zeros({gates}));
  if (options.peepholes) {
    peephole =
        register_parameter("peephole", at::zeros({3, options.hidden_channels, options.map_height, options.map_width}));
  }
}

// The input's share of all gates: it needs no state, so that all steps of a sequence go through one convolution.
at::Tensor ConvLstmCellImpl::convolve_input(const at::Tensor& x) const {
  return at::conv2d(x, weight.narrow(1, 0, options_.input_channels), bias, /*stride=*/1,
                    {options_.kernel_height / 2, options_.kernel_width / 2});
}

at::Tensor ConvLstmCellImpl::recurrent_weight() const {
  return weight.narrow(1, options_.input_channels, options_.hidden_channels).contiguous();
}

ConvLstmState ConvLstmCellImpl::advance(const at::Tensor& input_part, const ConvLstmState& state,
                                        const at::Tensor& recurrent) const {
  const at::Tensor gates = input_part + at::conv2d(state.hidden, recurrent, {}, /*stride=*/1,
                                                   {options_.kernel_height / 2, options_.kernel_width / 2});
  const auto [hidden, cell] = lstm_gates(gates, state.cell, peephole);
  return {hidden, cell};
}

ConvLstmState ConvLstmCellImpl::zeros_like_input(const at::Tensor& frame) const {
  const at::Tensor zeros =
      at::zeros({frame.size(0), options_.hidden_channels, frame.size(-2), frame.size(-1)}, frame.options());
  return {zeros, zeros};
}

ConvLstmState ConvLstmCellImpl::step(const at::Tensor& x, const ConvLstmState& state) const {
  return advance(convolve_input(x), state.hidden.defined() ? state : zeros_like_input(x), recurrent_weight());
}

ConvLstmResult ConvLstmCellImpl::forward(const at::Tensor& x, ConvLstmState state, const at::Tensor& valid) const {
  const int64_t batch = x.size(0), time = x.size(1);
  // Time first, so that each step's part lies in one piece; unbind, since the backward of many selects would make a
  // tensor of the whole sequence for each step.
  const std::vector<at::Tensor> input_parts =
      convolve_input(x.transpose(0, 1).flatten(0, 1)).unflatten(0, {time, batch}).unbind(0);
  const at::Tensor recurrent = recurrent_weight();
  if (!state.hidden.defined()) state = zeros_like_input(x.select(1, 0));
  std::vector<at::Tensor> outputs;
  outputs.reserve(static_cast<size_t>(time));
  for (int64_t t = 0; t < time; ++t) {
    ConvLstmState next = advance(input_parts[static_cast<size_t>(t)], state, recurrent);
    if (valid.defined()) {
      const at::Tensor here = valid.select(1, t).view({batch, 1, 1, 1});
      next = {at::where(here, next.hidden, state.hidden), at::where(here, next.cell, state.cell)};
    }
    state = next;
    outputs.push_back(state.hidden);
  }
  return {at::stack(outputs, /*dim=*/1), state};
}

}  // namespace foreview
