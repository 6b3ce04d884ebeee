#include "visual/lstm_gates.h"

namespace foreview {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

struct Activations {
  at::Tensor input, forget, output, candidate, cell, cell_tanh;  // [batch, hidden, height, width]
};

Activations activate(const at::Tensor& gates, const at::Tensor& cell, const at::Tensor& peephole) {
  const std::vector<at::Tensor> z = gates.chunk(4, 1);
  const bool peeps = peephole.numel() > 0;
  Activations a;
  a.input = at::sigmoid(peeps ? at::addcmul(z[0], peephole[0], cell) : z[0]);
  a.forget = at::sigmoid(peeps ? at::addcmul(z[1], peephole[1], cell) : z[1]);
  a.candidate = at::tanh(z[3]);
  a.cell = at::addcmul(a.forget * cell, a.input, a.candidate);
  a.output = at::sigmoid(peeps ? at::addcmul(z[2], peephole[2], a.cell) : z[2]);
  a.cell_tanh = at::tanh(a.cell);
  return a;
}

class Gates : public torch::autograd::Function<Gates> {
 public:
  static tensor_list forward(AutogradContext* context, const at::Tensor& gates, const at::Tensor& cell,
                             const at::Tensor& peephole) {
    const Activations a = activate(gates, cell, peephole);
    context->save_for_backward({a.input, a.forget, a.output, a.candidate, cell, a.cell, a.cell_tanh, peephole});
    return {a.output * a.cell_tanh, a.cell};
  }

  // With d/dc' = dc + dh o (1 - tanh²) and, through the output gate's peephole, p_o dz_o.
  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    const tensor_list saved = context->get_saved_variables();
    const at::Tensor &i = saved[0], &f = saved[1], &o = saved[2], &g = saved[3], &before = saved[4], &after = saved[5],
                     &tanh_after = saved[6], &peephole = saved[7];
    const at::Tensor dh = gradients[0].defined() ? gradients[0] : at::zeros_like(after);
    // All four shares of dz are written into one tensor; nothing is concatenated.
    const int64_t hidden = before.size(1);
    at::Tensor dz = at::empty({before.size(0), 4 * hidden, before.size(2), before.size(3)}, before.options());
    const auto share = [&](int64_t gate) { return dz.narrow(1, gate * hidden, hidden); };
    at::Tensor dz_i = share(0), dz_f = share(1), dz_o = share(2), dz_g = share(3);
    at::sigmoid_backward_out(dz_o, dh * tanh_after, o);
    at::Tensor dc = at::tanh_backward(dh * o, tanh_after);
    if (gradients[1].defined()) dc.add_(gradients[1]);
    if (peephole.numel() > 0) dc.addcmul_(dz_o, peephole[2].expand_as(dz_o));
    at::sigmoid_backward_out(dz_i, dc * g, i);
    at::sigmoid_backward_out(dz_f, dc * before, f);
    at::tanh_backward_out(dz_g, dc * i, g);
    at::Tensor before_gradient = dc.mul_(f), peephole_gradient;
    if (peephole.numel() > 0) {
      before_gradient = before_gradient + dz_i * peephole[0] + dz_f * peephole[1];
      peephole_gradient = at::stack({(dz_i * before).sum(0), (dz_f * before).sum(0), (dz_o * after).sum(0)});
    }
    return {dz, before_gradient, peephole_gradient};
  }
};

}  // namespace

std::pair<at::Tensor, at::Tensor> lstm_gates(const at::Tensor& gates, const at::Tensor& cell,
                                             const at::Tensor& peephole) {
  // A function's inputs have to be defined: without peepholes an empty tensor stands for them.
  const at::Tensor weights = peephole.defined() ? peephole : at::empty({0}, gates.options());
  const tensor_list result = Gates::apply(gates, cell, weights);
  return {result[0], result[1]};
}

}  // namespace foreview
