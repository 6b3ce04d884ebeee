#include "visual/convlstm_sequence.h"

#include "foreview/error.h"
#include "visual/lstm_gates.h"
#include "visual/map_layout.h"

namespace foreview {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// Views of one memory: channels last as convolutions take them, and with the channels as the last dimension.
at::Tensor as_maps(const at::Tensor& rows) { return rows.permute({0, 3, 1, 2}); }
at::Tensor as_rows(const at::Tensor& maps) { return maps.permute({0, 2, 3, 1}).contiguous(); }

at::Tensor or_empty(const at::Tensor& tensor, const at::Tensor& like) {
  return tensor.defined() ? tensor : at::empty({0}, like.options());
}
at::Tensor or_undefined(const at::Tensor& tensor) { return tensor.numel() > 0 ? tensor : at::Tensor(); }

std::vector<int64_t> padding_of(const at::Tensor& weight) { return {weight.size(2) / 2, weight.size(3) / 2}; }

std::array<at::Tensor, 3> convolution_gradients(const at::Tensor& gradient, const at::Tensor& input,
                                                const at::Tensor& weight, std::array<bool, 3> wanted) {
  const auto [data, of_weight, of_bias] =
      at::convolution_backward(as_maps(gradient), as_maps(input), weight, {}, {1, 1}, padding_of(weight), {1, 1},
                               /*transposed=*/false, {0, 0}, /*groups=*/1, wanted);
  return {data, of_weight, of_bias};
}

// `memory` is used with a backward pass only: without one, threads may share a cell.
LstmBuffers make_buffers(const ConvLstmSequence& s, at::ScalarType type, bool keep, TensorPool& memory) {
  const int64_t batch = s.x.size(0), time = s.x.size(1), height = s.x.size(3), width = s.x.size(4);
  const int64_t hidden = s.hidden.size(1), channels = s.x.size(2) + hidden;
  const at::TensorOptions real = s.x.options(), store = real.dtype(type);
  const auto empty = [&](std::vector<int64_t> sizes, const at::TensorOptions& options) {
    return keep ? memory.take(sizes, options) : at::empty(sizes, options);
  };
  LstmBuffers b;
  b.inputs = empty({time, batch, height, width, channels}, store);
  if (keep) b.gates = empty({time, batch, height, width, 4 * hidden}, store);
  b.cells = empty({keep ? time + 1 : 1, batch, height, width, hidden}, real);
  b.outputs = empty({batch, time, height, width, hidden}, real);
  b.start = as_rows(s.hidden);
  if (s.peephole.defined()) b.peephole = s.peephole.permute({0, 2, 3, 1}).contiguous();
  if (s.valid.defined()) b.valid = s.valid.contiguous();
  sequence_to_rows(s.x, b.inputs);
  b.inputs[0].narrow(3, s.x.size(2), hidden).copy_(b.start);
  b.cells[0].copy_(s.cell.permute({0, 2, 3, 1}));
  return b;
}

// Of the peepholes: dz_i c + dz_f c + dz_o c', summed over time and batch.
at::Tensor peephole_gradient(const LstmBuffers& b) {
  const std::vector<at::Tensor> dz = b.gates.to(b.cells.scalar_type()).chunk(4, 4);
  const at::Tensor before = b.cells.narrow(0, 0, b.steps()), after = b.cells.narrow(0, 1, b.steps());
  const std::vector<int64_t> over{0, 1};
  return at::stack({(dz[0] * before).sum(over), (dz[1] * before).sum(over), (dz[2] * after).sum(over)})
      .permute({0, 3, 1, 2});
}

class Sequence : public torch::autograd::Function<Sequence> {
 public:
  // Undefined tensors come as empty ones: a function's inputs have to be defined.
  static tensor_list forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& hidden,
                             const at::Tensor& cell, const at::Tensor& weight, const at::Tensor& bias,
                             const at::Tensor& peephole, const at::Tensor& valid, bool bf16, bool keep,
                             TensorPool* memory) {
    const at::ScalarType type = bf16 && x.scalar_type() == at::kFloat ? at::kBFloat16 : x.scalar_type();
    const LstmBuffers b =
        make_buffers({x, hidden, cell, weight, bias, or_undefined(peephole), or_undefined(valid)}, type, keep, *memory);
    const at::Tensor filters = weight.to(type).contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor offsets = or_undefined(bias.to(type));
    for (int64_t t = 0; t < b.steps(); ++t)
      lstm_step(b, t, as_rows(at::conv2d(as_maps(b.inputs[t]), filters, offsets, 1, padding_of(filters))));
    if (keep) {
      context->save_for_backward({b.inputs, b.gates, b.cells, b.outputs, b.start, filters, or_empty(b.peephole, x),
                                  valid});
      context->saved_data["of_x"] = x.requires_grad();
      context->saved_data["x_is_contiguous"] = x.is_contiguous();
      context->saved_data["has_bias"] = bias.numel() > 0;
      context->saved_data["spent"] = false;
    }
    return {b.outputs.permute({0, 1, 4, 2, 3}), as_maps(b.outputs.select(1, b.steps() - 1).clone()),
            as_maps(b.cell(b.steps()).clone())};
  }

  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    if (context->saved_data["spent"].toBool())
      throw Error({.problem = "a ConvLSTM's graph was run backward twice", .expected = "one backward pass a forward"});
    context->saved_data["spent"] = true;  // the gates are overwritten
    const tensor_list saved = context->get_saved_variables();
    const LstmBuffers b{.inputs = saved[0],
                        .gates = saved[1],
                        .cells = saved[2],
                        .outputs = saved[3],
                        .start = saved[4],
                        .peephole = or_undefined(saved[6]),
                        .valid = or_undefined(saved[7])};
    const at::Tensor& filters = saved[5];
    const bool of_x = context->saved_data["of_x"].toBool();
    at::Tensor x_gradient;
    if (of_x) x_gradient = empty_gradient_of_x(b, context->saved_data["x_is_contiguous"].toBool());
    const LstmCarry carry = through_time(b, gradients, filters, x_gradient);

    const at::Tensor of_weight =
        convolution_gradients(b.gates.flatten(0, 1), b.inputs.flatten(0, 1), filters, {false, true, false})[1];
    at::Tensor of_bias, of_peephole;
    if (context->saved_data["has_bias"].toBool())
      of_bias = sum_of_rows(b.gates, b.outputs.scalar_type());
    if (b.peephole.defined()) of_peephole = peephole_gradient(b);
    return {x_gradient, as_maps(carry.hidden), as_maps(carry.cell), of_weight.to(b.outputs.scalar_type()),
            of_bias,    of_peephole,           {},                  {},
            {},         {}};
  }

 private:
  // In the layout of x, [batch, time, height, width, input] as a view.
  static at::Tensor empty_gradient_of_x(const LstmBuffers& b, bool contiguous) {
    const int64_t batch = b.inputs.size(1), height = b.inputs.size(2), width = b.inputs.size(3);
    const at::TensorOptions real = b.outputs.options();
    if (contiguous) return at::empty({batch, b.steps(), b.input(), height, width}, real);
    return at::empty({batch, b.steps(), height, width, b.input()}, real).permute({0, 1, 4, 2, 3});
  }

  // From the last step to the first; leaves the gradient of z in the gates and returns that of the first state.
  static LstmCarry through_time(const LstmBuffers& b, const tensor_list& gradients, const at::Tensor& filters,
                                at::Tensor& x_gradient) {
    const auto rows_or_zeros = [&](const at::Tensor& maps) {
      return maps.defined() ? maps.permute({0, 2, 3, 1}).clone(at::MemoryFormat::Contiguous)
                            : at::zeros_like(b.start);
    };
    const at::Tensor of_outputs = gradients[0].defined() ? gradients[0].permute({0, 1, 3, 4, 2}).contiguous()
                                                         : at::zeros_like(b.outputs);
    const LstmCarry carry{rows_or_zeros(gradients[1]), rows_or_zeros(gradients[2])};
    // Without a gradient of x the convolution has the state's channels only.
    const int64_t first = x_gradient.defined() ? 0 : b.input(), channels = b.inputs.size(4) - first;
    const at::Tensor wanted = filters.narrow(1, first, channels).contiguous(at::MemoryFormat::ChannelsLast);
    for (int64_t t = b.steps() - 1; t >= 0; --t) {
      lstm_step_backward(b, t, of_outputs, carry);
      const at::Tensor data = convolution_gradients(b.gates[t], b.inputs[t].narrow(3, first, channels), wanted,
                                                    {true, false, false})[0]
                                  .permute({0, 2, 3, 1});
      take_rows(data.narrow(3, channels - b.hidden(), b.hidden()),
                b.valid.defined() ? b.valid.select(1, t) : at::Tensor(), carry.hidden);
      if (x_gradient.defined()) rows_to_step(data, x_gradient.select(1, t));
    }
    return carry;
  }
};

}  // namespace

ConvLstmStates convlstm_sequence(const ConvLstmSequence& s, Precision precision, TensorPool& memory) {
  bool keep = false;
  for (const at::Tensor* tensor : {&s.x, &s.hidden, &s.cell, &s.weight, &s.bias, &s.peephole})
    keep |= tensor->defined() && tensor->requires_grad();
  keep &= at::GradMode::is_enabled();
  const at::Tensor valid = s.valid.defined() ? s.valid : at::empty({0}, s.x.options().dtype(at::kBool));
  const tensor_list states = Sequence::apply(s.x, s.hidden, s.cell, s.weight, or_empty(s.bias, s.x),
                                             or_empty(s.peephole, s.x), valid, precision == Precision::bf16, keep,
                                             &memory);
  return {states[0], states[1], states[2]};
}

}  // namespace foreview
