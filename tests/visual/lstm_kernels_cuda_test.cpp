// The CUDA kernels without a GPU: their source as plain C++, thread after thread, against the CPU's kernels.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#define __global__
#define __device__
namespace {
struct Index {
  unsigned x = 0;
} blockIdx, threadIdx;
}  // namespace
#include "visual/lstm_kernels_cuda.cu"

namespace foreview {
namespace {

constexpr int64_t items = 3, pixels = 35, hidden = 40, rows = items * pixels, steps = 2;

template <class T>
std::vector<T> waves(int64_t count, double frequency) {
  std::vector<T> values(static_cast<size_t>(count));
  for (size_t i = 0; i < values.size(); ++i)
    narrow(static_cast<decltype(widen(T{}))>(1.5 * std::sin(static_cast<double>(i) * frequency)), values[i]);
  return values;
}

/// What a step leaves, forward and then backward.
template <class Real, class Store>
struct Left {
  std::vector<Real> cell = std::vector<Real>(rows * hidden), state = cell;
  std::vector<Store> next = std::vector<Store>(rows * 2 * hidden), gates = std::vector<Store>(rows * 4 * hidden);
  std::vector<Real> state_gradient = waves<Real>(rows * hidden, 0.9), cell_gradient = waves<Real>(rows * hidden, 0.21);

  std::vector<double> all() const {
    std::vector<double> numbers;
    for (const auto* values : {&cell, &state, &state_gradient, &cell_gradient})
      for (const Real value : *values) numbers.push_back(static_cast<double>(value));
    for (const auto* values : {&next, &gates})
      for (const Store value : *values) numbers.push_back(static_cast<double>(widen(value)));
    return numbers;
  }
};

template <class Real, class Store>
std::vector<double> left_by(bool cuda, bool peeps, bool padded) {
  const auto z = waves<Store>(rows * 4 * hidden, 0.37);
  const auto cell = waves<Real>(rows * hidden, 0.11), state = waves<Real>(rows * hidden, 0.3),
             peephole = waves<Real>(3 * pixels * hidden, 0.5), gradient = waves<Real>(rows * hidden, 0.7);
  const bool valid[items * steps] = {true, true, false, true, true, true};
  Left<Real, Store> left;
  const GatesForward<Real, Store> forward{.rows = rows,
                                          .pixels = pixels,
                                          .hidden = hidden,
                                          .z = z.data(),
                                          .peephole = peeps ? peephole.data() : nullptr,
                                          .valid = padded ? valid : nullptr,
                                          .valid_stride = steps,
                                          .cell_before = cell.data(),
                                          .cell_after = left.cell.data(),
                                          .hidden_before = state.data(),
                                          .hidden_before_stride = pixels * hidden,
                                          .hidden_after = left.state.data(),
                                          .hidden_after_stride = pixels * hidden,
                                          .next_input = left.next.data() + hidden,
                                          .next_input_stride = 2 * hidden,
                                          .gates = left.gates.data()};
  cuda ? gates_forward_on_cuda(forward, nullptr) : gates_forward(forward, 1);
  const GatesBackward<Real, Store> backward{.rows = rows,
                                            .pixels = pixels,
                                            .hidden = hidden,
                                            .gates = left.gates.data(),
                                            .peephole = peeps ? peephole.data() : nullptr,
                                            .valid = padded ? valid : nullptr,
                                            .valid_stride = steps,
                                            .cell_before = cell.data(),
                                            .cell_after = left.cell.data(),
                                            .output_gradient = gradient.data(),
                                            .output_gradient_stride = pixels * hidden,
                                            .hidden_carry = left.state_gradient.data(),
                                            .cell_carry = left.cell_gradient.data()};
  cuda ? gates_backward_on_cuda(backward, nullptr) : gates_backward(backward, 1);
  return left.all();
}

template <class Real, class Store>
void expect_same(double tolerance) {
  for (const bool peeps : {false, true}) {
    for (const bool padded : {false, true}) {
      const std::vector<double> cpu = left_by<Real, Store>(false, peeps, padded),
                                cuda = left_by<Real, Store>(true, peeps, padded);
      for (size_t i = 0; i < cpu.size(); ++i)
        ASSERT_NEAR(cpu[i], cuda[i], tolerance * (1 + std::abs(cpu[i]))) << i << (peeps ? ", peepholes" : "");
    }
  }
}

TEST(CudaKernels, do_what_the_processor_does) {
  expect_same<double, double>(1e-14);
  expect_same<float, float>(2e-6);
  expect_same<float, Bf16>(0.01);  // a number between two of 8 bits may fall to either
}

TEST(CudaKernels, too_large_a_step_is_refused) {
  GatesForward<float, float> step{};
  step.rows = int64_t{1} << 26;
  step.hidden = 64;
  EXPECT_THROW(gates_forward_on_cuda(step, nullptr), std::runtime_error);
}

}  // namespace
}  // namespace foreview
