#include "visual/lstm_kernels.h"

#include <algorithm>

#include "visual/lstm_numbers.h"

namespace foreview {
namespace {

template <bool peeps, bool keeps, class Real, class Store>
FOREVIEW_INLINE void forward_row(const GatesForward<Real, Store>& s, const LstmRow& row) {
  const int64_t hidden = s.hidden;
  if (is_padding(s, row)) {
    for (int64_t j = 0; j < hidden; ++j) hold_number(s, row, j);
  } else {
#pragma GCC ivdep
    for (int64_t j = 0; j < hidden; ++j) forward_number<peeps, keeps>(s, row, j);
  }
  if (s.next_input)
    for (int64_t j = 0; j < hidden; ++j) hand_on_number(s, row, j);
}

template <bool peeps, class Real, class Store>
FOREVIEW_INLINE void backward_row(const GatesBackward<Real, Store>& s, const LstmRow& row) {
  const int64_t hidden = s.hidden;
  if (is_padding(s, row)) {
    for (int64_t j = 0; j < hidden; ++j) pass_number(s, row, j);
    return;
  }
#pragma GCC ivdep
  for (int64_t j = 0; j < hidden; ++j) backward_number<peeps>(s, row, j);
}

template <class Real, class Store>
FOREVIEW_INLINE void forward_rows(const GatesForward<Real, Store>& s, int64_t first, int64_t last) {
  for (int64_t index = first; index < last; ++index) {
    const LstmRow row{index, index / s.pixels, index % s.pixels};
    if (s.peephole)
      s.gates ? forward_row<true, true>(s, row) : forward_row<true, false>(s, row);
    else
      s.gates ? forward_row<false, true>(s, row) : forward_row<false, false>(s, row);
  }
}

template <class Real, class Store>
FOREVIEW_INLINE void backward_rows(const GatesBackward<Real, Store>& s, int64_t first, int64_t last) {
  for (int64_t index = first; index < last; ++index) {
    const LstmRow row{index, index / s.pixels, index % s.pixels};
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
