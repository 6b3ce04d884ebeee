#include "visual/convlstm_cell.h"

#include <cmath>

#include "foreview/error.h"
#include "visual/convlstm_sequence.h"

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

ConvLstmState ConvLstmCellImpl::zeros_like_input(const at::Tensor& frame) const {
  const at::Tensor zeros =
      at::zeros({frame.size(0), options_.hidden_channels, frame.size(-2), frame.size(-1)}, frame.options());
  return {zeros, zeros};
}

ConvLstmState ConvLstmCellImpl::step(const at::Tensor& x, const ConvLstmState& state) const {
  return forward(x.unsqueeze(1), state).final_state;
}

ConvLstmResult ConvLstmCellImpl::forward(const at::Tensor& x, ConvLstmState state, const at::Tensor& valid) const {
  if (!state.hidden.defined()) state = zeros_like_input(x.select(1, 0));
  const ConvLstmStates states = convlstm_sequence({x, state.hidden, state.cell, weight, bias, peephole, valid},
                                                  precision_, options_.most_bytes, *memory_);
  return {states.outputs, {states.hidden, states.cell}};
}

}  // namespace foreview
