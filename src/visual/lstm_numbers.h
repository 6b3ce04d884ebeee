#pragma once

#include "visual/lstm_kernels.h"
#include "visual/lstm_math.h"

// The gates of one hidden channel at one place: loops over them on the CPU, one thread each on a GPU. Torch-free.
namespace foreview {

/// A row of [rows, hidden]: pixel `pixel` of clip `item`.
struct LstmRow {
  int64_t index, item, pixel;
};

/// Channel j of a row whose step is there; `peeps` and `keeps`: with peepholes, with a backward pass.
template <bool peeps, bool keeps, class Real, class Store>
FOREVIEW_INLINE void forward_number(const GatesForward<Real, Store>& s, const LstmRow& row, int64_t j) {
  const int64_t hidden = s.hidden, here = row.index * hidden + j, gate_peeps = s.pixels * hidden;
  const Store* z = s.z + row.index * 4 * hidden + j;
  const Real* p = peeps ? s.peephole + row.pixel * hidden + j : nullptr;
  const Real c = s.cell_before[here];
  Real zi = widen(z[0]), zf = widen(z[hidden]), zo = widen(z[2 * hidden]);
  if constexpr (peeps) {
    zi += p[0] * c;
    zf += p[gate_peeps] * c;
  }
  const Real i = sigmoid(zi), f = sigmoid(zf), g = hyperbolic_tangent(Real(widen(z[3 * hidden])));
  const Real next_c = f * c + i * g;
  if constexpr (peeps) zo += p[2 * gate_peeps] * next_c;
  const Real o = sigmoid(zo);
  s.cell_after[here] = next_c;
  s.hidden_after[row.item * s.hidden_after_stride + row.pixel * hidden + j] = o * hyperbolic_tangent(next_c);
  if constexpr (keeps) {
    Store* gates = s.gates + row.index * 4 * hidden + j;
    narrow(i, gates[0]);
    narrow(f, gates[hidden]);
    narrow(o, gates[2 * hidden]);
    narrow(g, gates[3 * hidden]);
  }
}

/// Channel j of a row whose step is padding.
template <class Real, class Store>
FOREVIEW_INLINE void hold_number(const GatesForward<Real, Store>& s, const LstmRow& row, int64_t j) {
  const int64_t here = row.index * s.hidden + j, inside = row.pixel * s.hidden + j;
  s.cell_after[here] = s.cell_before[here];
  s.hidden_after[row.item * s.hidden_after_stride + inside] =
      s.hidden_before[row.item * s.hidden_before_stride + inside];
}

/// The new hidden state as the next convolution reads it.
template <class Real, class Store>
FOREVIEW_INLINE void hand_on_number(const GatesForward<Real, Store>& s, const LstmRow& row, int64_t j) {
  narrow(s.hidden_after[row.item * s.hidden_after_stride + row.pixel * s.hidden + j],
         s.next_input[row.index * s.next_input_stride + j]);
}

/// With d/dc' = dc + dh o (1 - tanh²) and, through the output gate's peephole, p_o dz_o.
template <bool peeps, class Real, class Store>
FOREVIEW_INLINE void backward_number(const GatesBackward<Real, Store>& s, const LstmRow& row, int64_t j) {
  const int64_t hidden = s.hidden, here = row.index * hidden + j, gate_peeps = s.pixels * hidden;
  Store* gates = s.gates + row.index * 4 * hidden + j;
  const Real* p = peeps ? s.peephole + row.pixel * hidden + j : nullptr;
  const Real i = widen(gates[0]), f = widen(gates[hidden]), o = widen(gates[2 * hidden]), g = widen(gates[3 * hidden]);
  const Real from_output = s.output_gradient[row.item * s.output_gradient_stride + row.pixel * hidden + j];
  const Real dh = from_output + s.hidden_carry[here], tanh_after = hyperbolic_tangent(s.cell_after[here]);
  const Real dz_o = dh * tanh_after * o * (1 - o);
  Real dc = s.cell_carry[here] + dh * o * (1 - tanh_after * tanh_after);
  if constexpr (peeps) dc += p[2 * gate_peeps] * dz_o;
  const Real dz_i = dc * g * i * (1 - i), dz_f = dc * s.cell_before[here] * f * (1 - f), dz_g = dc * i * (1 - g * g);
  Real dc_before = dc * f;
  if constexpr (peeps) dc_before += p[0] * dz_i + p[gate_peeps] * dz_f;
  s.cell_carry[here] = dc_before;
  narrow(dz_i, gates[0]);
  narrow(dz_f, gates[hidden]);
  narrow(dz_o, gates[2 * hidden]);
  narrow(dz_g, gates[3 * hidden]);
}

/// Of a row whose step is padding: the gradient of the state goes on, the gates have none.
template <class Real, class Store>
FOREVIEW_INLINE void pass_number(const GatesBackward<Real, Store>& s, const LstmRow& row, int64_t j) {
  const int64_t hidden = s.hidden;
  s.hidden_carry[row.index * hidden + j] +=
      s.output_gradient[row.item * s.output_gradient_stride + row.pixel * hidden + j];
  for (int64_t gate = 0; gate < 4; ++gate) narrow(Real(0), s.gates[row.index * 4 * hidden + gate * hidden + j]);
}

template <class Step>
FOREVIEW_INLINE bool is_padding(const Step& s, const LstmRow& row) {
  return s.valid && !s.valid[row.item * s.valid_stride];
}

}  // namespace foreview
