#include "visual/convlstm_sequence.h"

#include "foreview/error.h"
#include "visual/lstm_stretch.h"
#include "visual/map_layout.h"

namespace foreview {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// Undefined tensors come and are kept as empty ones: a function's inputs have to be defined.
at::Tensor or_empty(const at::Tensor& tensor, const at::Tensor& like) {
  return tensor.defined() ? tensor : at::empty({0}, like.options());
}
at::Tensor or_undefined(const at::Tensor& tensor) { return tensor.numel() > 0 ? tensor : at::Tensor(); }

std::array<at::Tensor, 3> convolution_gradients(const at::Tensor& gradient, const at::Tensor& input,
                                                const at::Tensor& weight, std::array<bool, 3> wanted) {
  const auto [data, of_weight, of_bias] =
      at::convolution_backward(as_maps(gradient), as_maps(input), weight, {}, {1, 1}, padding_of(weight), {1, 1},
                               /*transposed=*/false, {0, 0}, /*groups=*/1, wanted);
  return {data, of_weight, of_bias};
}

// Of the peepholes: dz_i c + dz_f c + dz_o c', summed over time and batch.
at::Tensor peephole_gradient(const LstmBuffers& b) {
  const std::vector<at::Tensor> dz = b.gates.to(b.cells.scalar_type()).chunk(4, 4);
  const at::Tensor before = b.cells.narrow(0, 0, b.steps()), after = b.cells.narrow(0, 1, b.steps());
  const std::vector<int64_t> over{0, 1};
  return at::stack({(dz[0] * before).sum(over), (dz[1] * before).sum(over), (dz[2] * after).sum(over)})
      .permute({0, 3, 1, 2});
}

void add(at::Tensor& sum, const at::Tensor& part) { sum = sum.defined() ? sum + part : part; }

/// Of weight, bias and peepholes; undefined where there is none.
struct WeightGradients {
  at::Tensor weight, bias, peephole;

  void add_stretch(const LstmBuffers& b, const LstmInputs& inputs) {
    const at::ScalarType real = b.outputs.scalar_type();
    add(weight,
        convolution_gradients(b.gates.flatten(0, 1), b.inputs.flatten(0, 1), inputs.filters, {false, true, false})[1]
            .to(real));
    if (inputs.offsets.defined()) add(bias, sum_of_rows(b.gates, real));
    if (inputs.peephole.defined()) add(peephole, peephole_gradient(b));
  }
};

// From a stretch's last step to its first; leaves the gradient of z in the gates, and in `carry` that of the states
// before it. output_gradient: [batch, steps, height, width, hidden]; x_gradient: [batch, steps, input, height, width],
// undefined if not wanted.
void through_time(const LstmBuffers& b, const at::Tensor& output_gradient, const at::Tensor& filters,
                  const at::Tensor& x_gradient, const LstmCarry& carry) {
  // Without a gradient of x the convolution has the state's channels only.
  const int64_t first = x_gradient.defined() ? 0 : b.input(), channels = b.inputs.size(4) - first;
  const at::Tensor wanted = filters.narrow(1, first, channels).contiguous(at::MemoryFormat::ChannelsLast);
  for (int64_t t = b.steps() - 1; t >= 0; --t) {
    lstm_step_backward(b, t, output_gradient, carry);
    const at::Tensor data =
        convolution_gradients(b.gates[t], b.inputs[t].narrow(3, first, channels), wanted, {true, false, false})[0]
            .permute({0, 2, 3, 1});
    take_rows(data.narrow(3, channels - b.hidden(), b.hidden()),
              b.valid.defined() ? b.valid.select(1, t) : at::Tensor(), carry.hidden);
    if (x_gradient.defined()) rows_to_step(data, x_gradient.select(1, t));
  }
}

// Of x, in its layout, as a view [batch, time, input, height, width]. outputs: [batch, time, height, width, hidden].
at::Tensor empty_x_gradient(const at::Tensor& outputs, int64_t channels, bool contiguous) {
  const int64_t batch = outputs.size(0), time = outputs.size(1), height = outputs.size(2), width = outputs.size(3);
  if (contiguous) return at::empty({batch, time, channels, height, width}, outputs.options());
  return at::empty({batch, time, height, width, channels}, outputs.options()).permute({0, 1, 4, 2, 3});
}

at::Tensor plain_memory(at::IntArrayRef sizes, const at::TensorOptions& options) { return at::empty(sizes, options); }

/// How a sequence is worked on.
struct Manner {
  bool bf16, keep;     // keep: a backward pass may follow
  int64_t most_bytes;  // of what is kept for it
  TensorPool* memory;  // used with a backward pass only: without one, threads may share a cell
};

class Sequence : public torch::autograd::Function<Sequence> {
 public:
  static tensor_list forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& hidden,
                             const at::Tensor& cell, const at::Tensor& weight, const at::Tensor& bias,
                             const at::Tensor& peephole, const at::Tensor& valid, const Manner& manner) {
    const at::ScalarType type = manner.bf16 && x.scalar_type() == at::kFloat ? at::kBFloat16 : x.scalar_type();
    LstmInputs inputs{.x = x,
                      .hidden = as_rows(hidden),
                      .cell = cell.permute({0, 2, 3, 1}),
                      .filters = weight.to(type).contiguous(at::MemoryFormat::ChannelsLast),
                      .offsets = or_undefined(bias.to(type)),
                      .peephole = {},
                      .valid = or_undefined(valid.contiguous())};
    if (peephole.numel() > 0) inputs.peephole = peephole.permute({0, 2, 3, 1}).contiguous();
    // CUDA's allocator keeps freed memory itself.
    const MakeTensor make =
        manner.keep && x.is_cpu()
            ? [memory = manner.memory](at::IntArrayRef sizes,
                                       const at::TensorOptions& options) { return memory->take(sizes, options); }
            : MakeTensor(plain_memory);
    const at::Tensor outputs = make({x.size(0), x.size(1), x.size(3), x.size(4), inputs.hidden.size(3)}, x.options());
    const int64_t together = steps_together(inputs, manner.most_bytes);
    const std::vector<Stretch> stretches = stretches_of(x.size(1), together);
    LstmBuffers last;
    std::vector<at::Tensor> marks;  // the cell before every stretch, of several
    LstmCarry state{inputs.hidden, inputs.cell};
    for (const Stretch& stretch : stretches) {
      if (manner.keep && stretches.size() > 1) marks.push_back(state.cell.contiguous());
      last = run_stretch(inputs, stretch, state, outputs.narrow(1, stretch.first, stretch.steps),
                         manner.keep && stretches.size() == 1, make);
      state = {last.outputs.select(1, stretch.steps - 1), last.cell(stretch.steps)};
    }
    if (manner.keep) {
      remember(context, inputs, stretches.size() == 1 ? last : LstmBuffers{}, outputs, marks);
      context->saved_data["together"] = together;
    }
    return {outputs.permute({0, 1, 4, 2, 3}), as_maps(state.hidden.clone()), as_maps(state.cell.clone())};
  }

  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    if (context->saved_data["spent"].toBool())
      throw Error({.problem = "a ConvLSTM's graph was run backward twice", .expected = "one backward pass a forward"});
    context->saved_data["spent"] = true;  // the gates are overwritten
    const tensor_list saved = context->get_saved_variables();
    const LstmInputs inputs = remembered(saved);
    const at::Tensor& outputs = saved[7];
    const std::vector<Stretch> stretches = stretches_of(outputs.size(1), context->saved_data["together"].toInt());
    const auto rows_or_zeros = [&](const at::Tensor& maps) {
      return maps.defined() ? maps.permute({0, 2, 3, 1}).clone(at::MemoryFormat::Contiguous)
                            : at::zeros_like(inputs.hidden);
    };
    const at::Tensor of_outputs =
        gradients[0].defined() ? gradients[0].permute({0, 1, 3, 4, 2}).contiguous() : at::zeros_like(outputs);
    const LstmCarry carry{rows_or_zeros(gradients[1]), rows_or_zeros(gradients[2])};
    at::Tensor of_x;
    if (context->saved_data["of_x"].toBool())
      of_x = empty_x_gradient(outputs, inputs.filters.size(1) - outputs.size(4),
                              context->saved_data["x_is_contiguous"].toBool());
    WeightGradients of_weights;
    for (size_t k = stretches.size(); k-- > 0;) {
      const auto [first, steps] = stretches[k];
      const LstmBuffers b = stretches.size() == 1 ? kept(saved) : run_again(inputs, stretches[k], saved, k);
      through_time(b, of_outputs.narrow(1, first, steps), inputs.filters,
                   of_x.defined() ? of_x.narrow(1, first, steps) : of_x, carry);
      of_weights.add_stretch(b, inputs);
    }
    return {
        of_x, as_maps(carry.hidden), as_maps(carry.cell), of_weights.weight, of_weights.bias, of_weights.peephole, {},
        {}};
  }

 private:
  // Either all of one stretch, or x and the cells between several.
  static void remember(AutogradContext* context, const LstmInputs& inputs, const LstmBuffers& b,
                       const at::Tensor& outputs, const std::vector<at::Tensor>& marks) {
    const auto kept = [&](const at::Tensor& tensor) { return or_empty(tensor, outputs); };
    tensor_list saved{kept(marks.empty() ? at::Tensor() : inputs.x),
                      inputs.hidden,
                      inputs.cell,
                      inputs.filters,
                      kept(inputs.offsets),
                      kept(inputs.peephole),
                      kept(inputs.valid),
                      outputs,
                      kept(b.inputs),
                      kept(b.gates),
                      kept(b.cells)};
    saved.insert(saved.end(), marks.begin(), marks.end());
    context->save_for_backward(saved);
    context->saved_data["of_x"] = inputs.x.requires_grad();
    context->saved_data["x_is_contiguous"] = inputs.x.is_contiguous();
    context->saved_data["spent"] = false;
  }
  static LstmInputs remembered(const tensor_list& saved) {
    return {.x = saved[0],
            .hidden = saved[1],
            .cell = saved[2],
            .filters = saved[3],
            .offsets = or_undefined(saved[4]),
            .peephole = or_undefined(saved[5]),
            .valid = or_undefined(saved[6])};
  }
  static LstmBuffers kept(const tensor_list& saved) {
    const LstmInputs inputs = remembered(saved);
    return {.inputs = saved[8],
            .gates = saved[9],
            .cells = saved[10],
            .outputs = saved[7],
            .start = inputs.hidden,
            .peephole = inputs.peephole,
            .valid = inputs.valid};
  }
  // A stretch as it was, from the states before it: for one of several only those were kept.
  static LstmBuffers run_again(const LstmInputs& inputs, const Stretch& stretch, const tensor_list& saved, size_t k) {
    const at::Tensor& outputs = saved[7];
    const LstmCarry before{k == 0 ? inputs.hidden : outputs.select(1, stretch.first - 1), saved[11 + k]};
    return run_stretch(inputs, stretch, before, at::empty_like(outputs.narrow(1, stretch.first, stretch.steps)),
                       /*keep=*/true, plain_memory);
  }
};

}  // namespace

ConvLstmStates convlstm_sequence(const ConvLstmSequence& s, Precision precision, int64_t most_bytes,
                                 TensorPool& memory) {
  bool keep = false;
  for (const at::Tensor* tensor : {&s.x, &s.hidden, &s.cell, &s.weight, &s.bias, &s.peephole})
    keep |= tensor->defined() && tensor->requires_grad();
  keep &= at::GradMode::is_enabled();
  const at::Tensor valid = s.valid.defined() ? s.valid : at::empty({0}, s.x.options().dtype(at::kBool));
  const tensor_list states =
      Sequence::apply(s.x, s.hidden, s.cell, s.weight, or_empty(s.bias, s.x), or_empty(s.peephole, s.x), valid,
                      Manner{precision == Precision::bf16, keep, most_bytes, &memory});
  return {states[0], states[1], states[2]};
}

}  // namespace foreview
