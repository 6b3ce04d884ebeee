#include "whisper/layers.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <vector>

#include "whisper/row_kernels.h"

namespace foreview {
namespace {

constexpr int64_t least_numbers_a_thread = 64 * 1024;  // below, waking a thread takes longer

template <class Store>
void add_and_norm_rows(const at::Tensor& states, const at::Tensor& added, const NormWeights& weights,
                       const at::Tensor& out) {
  const int64_t width = states.size(-1);
  auto* sums = states.data_ptr<float>();
  const auto* from = added.defined() ? static_cast<const Store*>(added.data_ptr()) : nullptr;
  auto* to = static_cast<Store*>(out.data_ptr());
  at::parallel_for(0, states.numel() / width, std::max<int64_t>(1, least_numbers_a_thread / width),
                   [&](int64_t first, int64_t last) {
                     add_and_norm(sums + first * width, from ? from + first * width : nullptr,
                                  weights.weight.data_ptr<float>(), weights.bias.data_ptr<float>(), to + first * width,
                                  last - first, width);
                   });
}

template <class Store>
void gelu_all(const at::Tensor& values) {
  auto* numbers = static_cast<Store*>(values.data_ptr());
  at::parallel_for(0, values.numel(), least_numbers_a_thread,
                   [&](int64_t first, int64_t last) { gelu(numbers + first, last - first); });
}

}  // namespace

void apply(const LinearWeights& weights, const at::Tensor& x, const at::Tensor& out) {
  const at::Tensor rows = x.dim() == 2 ? x : x.view({-1, x.size(-1)});
  at::Tensor into = out.view({-1, out.size(-1)});
  if (weights.is_packed()) return weights.packed.multiply(rows, weights.bias, into);
  if (weights.bias.defined())
    at::addmm_out(into, weights.bias, rows, weights.weight.t());
  else
    at::mm_out(into, rows, weights.weight.t());
}

at::Tensor apply(const LinearWeights& weights, const at::Tensor& x) {
  std::vector<int64_t> sizes = x.sizes().vec();
  sizes.back() = weights.outputs();
  at::Tensor out = torch::empty(sizes, x.options());
  apply(weights, x, out);
  return out;
}

void add_and_norm(const at::Tensor& states, const at::Tensor& added, const NormWeights& weights,
                  const at::Tensor& out) {
  if (states.is_cpu()) {
    if (out.scalar_type() == torch::kFloat)
      add_and_norm_rows<float>(states, added, weights, out);
    else
      add_and_norm_rows<Bf16>(states, added, weights, out);
    return;
  }
  if (added.defined()) states.add_(added);
  out.copy_(torch::layer_norm(states, {states.size(-1)}, weights.weight, weights.bias, 1e-5));
}

void gelu_in_place(const at::Tensor& values) {
  if (!values.is_cpu())
    values.copy_(torch::gelu(values));
  else if (values.scalar_type() == torch::kFloat)
    gelu_all<float>(values);
  else
    gelu_all<Bf16>(values);
}

}  // namespace foreview
