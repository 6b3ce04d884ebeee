#include "visual/lstm_kernels.h"

#include <algorithm>

#include "visual/lstm_math.h"

namespace foreview {
namespace {

struct Row {
  int64_t index, item, pixel;
};

template <bool peeps, bool keeps, class Real, class Store>
FOREVIEW_INLINE void forward_row(const GatesForward<Real, Store>& s, const Row& row) {
  const int64_t hidden = s.hidden;
  const Store* __restrict z = s.z + row.index * 4 * hidden;
  const Real* before = s.cell_before + row.index * hidden;
  Real* after = s.cell_after + row.index * hidden;
  Real* __restrict out = s.hidden_after + row.item * s.hidden_after_stride + row.pixel * hidden;
  Store* __restrict next = s.next_input ? s.next_input + row.index * s.next_input_stride : nullptr;
  Store* __restrict gates = keeps ? s.gates + row.index * 4 * hidden : nullptr;
  const Real* __restrict p = peeps ? s.peephole + row.pixel * hidden : nullptr;
  const int64_t gate_peeps = s.pixels * hidden;
  if (s.valid && !s.valid[row.item * s.valid_stride]) {
    const Real* held = s.hidden_before + row.item * s.hidden_before_stride + row.pixel * hidden;
    for (int64_t j = 0; j < hidden; ++j) {
      after[j] = before[j];
      out[j] = held[j];
    }
  } else {
#pragma GCC ivdep
    for (int64_t j = 0; j < hidden; ++j) {
      const Real c = before[j];
      Real zi = widen(z[j]), zf = widen(z[hidden + j]), zo = widen(z[2 * hidden + j]);
      if constexpr (peeps) {
        zi += p[j] * c;
        zf += p[gate_peeps + j] * c;
      }
      const Real i = sigmoid(zi), f = sigmoid(zf), g = hyperbolic_tangent(Real(widen(z[3 * hidden + j])));
      const Real next_c = f * c + i * g;
      if constexpr (peeps) zo += p[2 * gate_peeps + j] * next_c;
      const Real o = sigmoid(zo);
      after[j] = next_c;
      out[j] = o * hyperbolic_tangent(next_c);
      if constexpr (keeps) {
        narrow(i, gates[j]);
        narrow(f, gates[hidden + j]);
        narrow(o, gates[2 * hidden + j]);
        narrow(g, gates[3 * hidden + j]);
      }
    }
  }
  if (next)
    for (int64_t j = 0; j < hidden; ++j) narrow(out[j], next[j]);
}

// With d/dc' = dc + dh o (1 - tanh²) and, through the output gate's peephole, p_o dz_o.
template <bool peeps, class Real, class Store>
FOREVIEW_INLINE void backward_row(const GatesBackward<Real, Store>& s, const Row& row) {
  const int64_t hidden = s.hidden;
  Store* __restrict gates = s.gates + row.index * 4 * hidden;
  const Real* __restrict before = s.cell_before + row.index * hidden;
  const Real* __restrict after = s.cell_after + row.index * hidden;
  const Real* __restrict from_output = s.output_gradient + row.item * s.output_gradient_stride + row.pixel * hidden;
  Real* __restrict hidden_carry = s.hidden_carry + row.index * hidden;
  Real* __restrict cell_carry = s.cell_carry + row.index * hidden;
  const Real* __restrict p = peeps ? s.peephole + row.pixel * hidden : nullptr;
  const int64_t gate_peeps = s.pixels * hidden;
  if (s.valid && !s.valid[row.item * s.valid_stride]) {
    for (int64_t j = 0; j < hidden; ++j) hidden_carry[j] += from_output[j];
    for (int64_t j = 0; j < 4 * hidden; ++j) narrow(Real(0), gates[j]);
    return;
  }
#pragma GCC ivdep
  for (int64_t j = 0; j < hidden; ++j) {
    const Real i = widen(gates[j]), f = widen(gates[hidden + j]), o = widen(gates[2 * hidden + j]),
               g = widen(gates[3 * hidden + j]);
    const Real dh = from_output[j] + hidden_carry[j], tanh_after = hyperbolic_tangent(after[j]);
    const Real dz_o = dh * tanh_after * o * (1 - o);
    Real dc = cell_carry[j] + dh * o * (1 - tanh_after * tanh_after);
    if constexpr (peeps) dc += p[2 * gate_peeps + j] * dz_o;
    const Real dz_i = dc * g * i * (1 - i), dz_f = dc * before[j] * f * (1 - f), dz_g = dc * i * (1 - g * g);
    Real dc_before = dc * f;
    if constexpr (peeps) dc_before += p[j] * dz_i + p[gate_peeps + j] * dz_f;
    cell_carry[j] = dc_before;
    narrow(dz_i, gates[j]);
    narrow(dz_f, gates[hidden + j]);
    narrow(dz_o, gates[2 * hidden + j]);
    narrow(dz_g, gates[3 * hidden + j]);
  }
}

template <class Real, class Store>
FOREVIEW_INLINE void forward_rows(const GatesForward<Real, Store>& s, int64_t first, int64_t last) {
  for (int64_t index = first; index < last; ++index) {
    const Row row{index, index / s.pixels, index % s.pixels};
    if (s.peephole)
      s.gates ? forward_row<true, true>(s, row) : forward_row<true, false>(s, row);
    else
      s.gates ? forward_row<false, true>(s, row) : forward_row<false, false>(s, row);
  }
}

template <class Real, class Store>
FOREVIEW_INLINE void backward_rows(const GatesBackward<Real, Store>& s, int64_t first, int64_t last) {
  for (int64_t index = first; index < last; ++index) {
    const Row row{index, index / s.pixels, index % s.pixels};
    if (s.peephole)
      backward_row<true>(s, row);
    else
      backward_row<false>(s, row);
  }
}

// The rows once for each instruction set.
#if defined(__x86_64__)
#define FOREVIEW_AVX512 [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,fma,prefer-vector-width=512")]]
#define FOREVIEW_AVX2 [[gnu::target("avx2,fma")]]
template <class Step>
FOREVIEW_AVX512 void rows_avx512(const Step& s, int64_t first, int64_t last);
template <class Step>
FOREVIEW_AVX2 void rows_avx2(const Step& s, int64_t first, int64_t last);
#endif

template <class Real, class Store>
FOREVIEW_INLINE void rows_of(const GatesForward<Real, Store>& s, int64_t first, int64_t last) {
  forward_rows(s, first, last);
}
template <class Real, class Store>
FOREVIEW_INLINE void rows_of(const GatesBackward<Real, Store>& s, int64_t first, int64_t last) {
  backward_rows(s, first, last);
}

#if defined(__x86_64__)
template <class Step>
void rows_avx512(const Step& s, int64_t first, int64_t last) {
  rows_of(s, first, last);
}
template <class Step>
void rows_avx2(const Step& s, int64_t first, int64_t last) {
  rows_of(s, first, last);
}
#endif

template <class Step>
void rows_plain(const Step& s, int64_t first, int64_t last) {
  rows_of(s, first, last);
}

template <class Step>
auto best_rows() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return &rows_avx512<Step>;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &rows_avx2<Step>;
#endif
  return &rows_plain<Step>;
}

template <class Step>
void for_all_rows(const Step& step, int threads) {
  static const auto rows = best_rows<Step>();
  constexpr int64_t chunk = 64;
  const int64_t chunks = (step.rows + chunk - 1) / chunk;
#pragma omp parallel for num_threads(threads) if (threads > 1 && chunks > 8)
  for (int64_t i = 0; i < chunks; ++i) rows(step, i * chunk, std::min(step.rows, (i + 1) * chunk));
}

}  // namespace

template <class Real, class Store>
void gates_forward(const GatesForward<Real, Store>& step, int threads) {
  for_all_rows(step, threads);
}
template <class Real, class Store>
void gates_backward(const GatesBackward<Real, Store>& step, int threads) {
  for_all_rows(step, threads);
}

template void gates_forward(const GatesForward<float, float>&, int);
template void gates_forward(const GatesForward<float, Bf16>&, int);
template void gates_forward(const GatesForward<double, double>&, int);
template void gates_backward(const GatesBackward<float, float>&, int);
template void gates_backward(const GatesBackward<float, Bf16>&, int);
template void gates_backward(const GatesBackward<double, double>&, int);

}  // namespace foreview
