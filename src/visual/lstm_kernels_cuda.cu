#include <cstdint>
#include <stdexcept>
#include <string>

#include "visual/lstm_kernels_cuda.h"
#include "visual/lstm_numbers.h"

namespace foreview {
namespace {

constexpr unsigned threads = 256;  // a block
constexpr int64_t most_numbers = int64_t{1} << 31;

// Neighbouring threads take neighbouring channels, so that every array is read in one piece. 32 bits: a GPU divides
// wider numbers many times slower.
template <class Step>
__device__ bool find_number(const Step& s, LstmRow& row, int64_t& channel) {
  const unsigned number = blockIdx.x * threads + threadIdx.x, hidden = static_cast<unsigned>(s.hidden);
  if (number >= static_cast<unsigned>(s.rows) * hidden) return false;
  const unsigned index = number / hidden, item = index / static_cast<unsigned>(s.pixels);
  row = {index, item, index - item * static_cast<unsigned>(s.pixels)};
  channel = number - index * hidden;
  return true;
}

template <bool peeps, bool keeps, class Real, class Store>
__global__ void forward_kernel(GatesForward<Real, Store> s) {
  LstmRow row;
  int64_t channel;
  if (!find_number(s, row, channel)) return;
  if (is_padding(s, row))
    hold_number(s, row, channel);
  else
    forward_number<peeps, keeps>(s, row, channel);
  if (s.next_input) hand_on_number(s, row, channel);
}

template <bool peeps, class Real, class Store>
__global__ void backward_kernel(GatesBackward<Real, Store> s) {
  LstmRow row;
  int64_t channel;
  if (!find_number(s, row, channel)) return;
  if (is_padding(s, row))
    pass_number(s, row, channel);
  else
    backward_number<peeps>(s, row, channel);
}

template <class Step>
void launch(void (*kernel)(Step), const Step& step, void* stream) {
  const int64_t numbers = step.rows * step.hidden, blocks = (numbers + threads - 1) / threads;
  if (numbers == 0) return;
  if (numbers > most_numbers) throw std::runtime_error("a ConvLSTM step is too large for one CUDA kernel");
#if defined(__CUDACC__)
  kernel<<<static_cast<unsigned>(blocks), threads, 0, static_cast<cudaStream_t>(stream)>>>(step);
  const cudaError_t error = cudaGetLastError();
  if (error != cudaSuccess)
    throw std::runtime_error(std::string("a ConvLSTM kernel could not be started: ") + cudaGetErrorString(error));
#else  // a test runs the threads one after the other
  static_cast<void>(stream);
  for (blockIdx.x = 0; blockIdx.x < blocks; ++blockIdx.x)
    for (threadIdx.x = 0; threadIdx.x < threads; ++threadIdx.x) kernel(step);
#endif
}

}  // namespace

template <class Real, class Store>
void gates_forward_on_cuda(const GatesForward<Real, Store>& step, void* stream) {
  if (step.peephole)
    launch(step.gates ? forward_kernel<true, true, Real, Store> : forward_kernel<true, false, Real, Store>, step,
           stream);
  else
    launch(step.gates ? forward_kernel<false, true, Real, Store> : forward_kernel<false, false, Real, Store>, step,
           stream);
}

template <class Real, class Store>
void gates_backward_on_cuda(const GatesBackward<Real, Store>& step, void* stream) {
  launch(step.peephole ? backward_kernel<true, Real, Store> : backward_kernel<false, Real, Store>, step, stream);
}

template void gates_forward_on_cuda(const GatesForward<float, float>&, void*);
template void gates_forward_on_cuda(const GatesForward<float, Bf16>&, void*);
template void gates_forward_on_cuda(const GatesForward<double, double>&, void*);
template void gates_backward_on_cuda(const GatesBackward<float, float>&, void*);
template void gates_backward_on_cuda(const GatesBackward<float, Bf16>&, void*);
template void gates_backward_on_cuda(const GatesBackward<double, double>&, void*);

}  // namespace foreview
