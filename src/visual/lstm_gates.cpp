#include "visual/lstm_gates.h"

#include "visual/lstm_kernels.h"
#if defined(FOREVIEW_CUDA)
#include "tensors/cuda_stream.h"
#include "visual/lstm_kernels_cuda.h"
#endif

namespace foreview {
namespace {

#if defined(FOREVIEW_CUDA)
constexpr bool has_cuda_kernels = true;
#else
constexpr bool has_cuda_kernels = false;
#endif

template <class T>
T* data(const at::Tensor& tensor) {
  return tensor.defined() ? static_cast<T*>(tensor.data_ptr()) : nullptr;
}

template <class Real, class Store>
GatesForward<Real, Store> forward_of(const LstmBuffers& b, int64_t t, const at::Tensor& z) {
  const int64_t pixels = z.size(1) * z.size(2);
  const at::Tensor next = t + 1 < b.steps() ? b.inputs[t + 1] : at::Tensor();
  const at::Tensor output = b.outputs.select(1, t), before = t > 0 ? b.outputs.select(1, t - 1) : b.start;
  return {
      .rows = z.size(0) * pixels,
      .pixels = pixels,
      .hidden = b.hidden(),
      .z = data<Store>(z),
      .peephole = data<Real>(b.peephole),
      .valid = b.valid.defined() ? data<bool>(b.valid) + t : nullptr,
      .valid_stride = b.valid.defined() ? b.valid.stride(0) : 0,
      .cell_before = data<Real>(b.cell(t)),
      .cell_after = data<Real>(b.cell(t + 1)),
      .hidden_before = data<Real>(before),
      .hidden_before_stride = before.stride(0),
      .hidden_after = data<Real>(output),
      .hidden_after_stride = b.outputs.stride(0),
      .next_input = next.defined() ? data<Store>(next) + b.input() : nullptr,
      .next_input_stride = b.inputs.size(4),
      .gates = b.gates.defined() ? data<Store>(b.gates[t]) : nullptr,
  };
}

template <class Real, class Store>
GatesBackward<Real, Store> backward_of(const LstmBuffers& b, int64_t t, const at::Tensor& output_gradient,
                                       const LstmCarry& carry) {
  const int64_t pixels = carry.cell.size(1) * carry.cell.size(2);
  return {
      .rows = carry.cell.size(0) * pixels,
      .pixels = pixels,
      .hidden = b.hidden(),
      .gates = data<Store>(b.gates[t]),
      .peephole = data<Real>(b.peephole),
      .valid = b.valid.defined() ? data<bool>(b.valid) + t : nullptr,
      .valid_stride = b.valid.defined() ? b.valid.stride(0) : 0,
      .cell_before = data<Real>(b.cell(t)),
      .cell_after = data<Real>(b.cell(t + 1)),
      .output_gradient = data<Real>(output_gradient.select(1, t)),
      .output_gradient_stride = output_gradient.stride(0),
      .hidden_carry = data<Real>(carry.hidden),
      .cell_carry = data<Real>(carry.cell),
  };
}

bool has_kernels(const at::Tensor& place) { return place.is_cpu() || (has_cuda_kernels && place.is_cuda()); }

template <class Real, class Store>
void run(const GatesForward<Real, Store>& step, const at::Tensor& place) {
#if defined(FOREVIEW_CUDA)
  if (place.is_cuda()) return gates_forward_on_cuda(step, current_cuda_stream());
#endif
  static_cast<void>(place);
  gates_forward(step, at::get_num_threads());
}

template <class Real, class Store>
void run(const GatesBackward<Real, Store>& step, const at::Tensor& place) {
#if defined(FOREVIEW_CUDA)
  if (place.is_cuda()) return gates_backward_on_cuda(step, current_cuda_stream());
#endif
  static_cast<void>(place);
  gates_backward(step, at::get_num_threads());
}

// Where no kernel of ours runs, the same equations through torch's own operators.
at::Tensor step_is_valid(const LstmBuffers& b, int64_t t) {
  return b.valid.defined() ? b.valid.select(1, t).view({-1, 1, 1, 1}) : at::Tensor();
}

void step_by_operators(const LstmBuffers& b, int64_t t, const at::Tensor& z) {
  const std::vector<at::Tensor> parts = z.to(b.outputs.scalar_type()).chunk(4, 3);
  const at::Tensor before = b.cell(t), &p = b.peephole;
  const at::Tensor i = at::sigmoid(p.defined() ? at::addcmul(parts[0], p[0], before) : parts[0]);
  const at::Tensor f = at::sigmoid(p.defined() ? at::addcmul(parts[1], p[1], before) : parts[1]);
  const at::Tensor g = at::tanh(parts[3]);
  at::Tensor after = at::addcmul(f * before, i, g);
  const at::Tensor o = at::sigmoid(p.defined() ? at::addcmul(parts[2], p[2], after) : parts[2]);
  at::Tensor hidden = o * at::tanh(after);
  if (b.valid.defined()) {
    const at::Tensor valid = step_is_valid(b, t);
    hidden = at::where(valid, hidden, t > 0 ? b.outputs.select(1, t - 1) : b.start);
    after = at::where(valid, after, before);
  }
  if (b.gates.defined()) b.gates[t].copy_(at::cat({i, f, o, g}, 3));
  b.cell(t + 1).copy_(after);
  b.outputs.select(1, t).copy_(hidden);
  if (t + 1 < b.steps()) b.inputs[t + 1].narrow(3, b.input(), b.hidden()).copy_(hidden);
}

// With d/dc' = dc + dh o (1 - tanh²) and, through the output gate's peephole, p_o dz_o.
void step_backward_by_operators(const LstmBuffers& b, int64_t t, const at::Tensor& output_gradient,
                                const LstmCarry& carry) {
  const std::vector<at::Tensor> parts = b.gates[t].to(b.outputs.scalar_type()).chunk(4, 3);
  const at::Tensor &i = parts[0], &f = parts[1], &o = parts[2], &g = parts[3], &p = b.peephole;
  const at::Tensor before = b.cell(t), tanh_after = at::tanh(b.cell(t + 1));
  const at::Tensor dh = output_gradient.select(1, t) + carry.hidden;
  const at::Tensor dz_o = at::sigmoid_backward(dh * tanh_after, o);
  at::Tensor dc = carry.cell + at::tanh_backward(dh * o, tanh_after);
  if (p.defined()) dc = dc + p[2] * dz_o;
  const at::Tensor dz_i = at::sigmoid_backward(dc * g, i), dz_f = at::sigmoid_backward(dc * before, f);
  at::Tensor dz = at::cat({dz_i, dz_f, dz_o, at::tanh_backward(dc * i, g)}, 3), dc_before = dc * f;
  if (p.defined()) dc_before = dc_before + p[0] * dz_i + p[1] * dz_f;
  if (b.valid.defined()) {
    const at::Tensor valid = step_is_valid(b, t);
    dz = at::where(valid, dz, at::zeros_like(dz));
    dc_before = at::where(valid, dc_before, carry.cell);
    carry.hidden.copy_(at::where(valid, carry.hidden, dh));
  }
  carry.cell.copy_(dc_before);
  b.gates[t].copy_(dz);
}

}  // namespace

void lstm_step(const LstmBuffers& buffers, int64_t t, const at::Tensor& z) {
  if (!has_kernels(z))
    step_by_operators(buffers, t, z);
  else if (z.scalar_type() == at::kDouble)
    run(forward_of<double, double>(buffers, t, z), z);
  else if (z.scalar_type() == at::kBFloat16)
    run(forward_of<float, Bf16>(buffers, t, z), z);
  else
    run(forward_of<float, float>(buffers, t, z), z);
}

void lstm_step_backward(const LstmBuffers& buffers, int64_t t, const at::Tensor& output_gradient,
                        const LstmCarry& carry) {
  const at::Tensor& gates = buffers.gates;
  if (!has_kernels(gates))
    step_backward_by_operators(buffers, t, output_gradient, carry);
  else if (gates.scalar_type() == at::kDouble)
    run(backward_of<double, double>(buffers, t, output_gradient, carry), gates);
  else if (gates.scalar_type() == at::kBFloat16)
    run(backward_of<float, Bf16>(buffers, t, output_gradient, carry), gates);
  else
    run(backward_of<float, float>(buffers, t, output_gradient, carry), gates);
}

}  // namespace foreview
