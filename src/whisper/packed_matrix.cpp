#include "whisper/packed_matrix.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>

#include "whisper/packed_product.h"

namespace foreview {
namespace {

constexpr int64_t rows_a_task = 192;                // they stay in the second cache while blocks pass by
constexpr int64_t least_work_a_thread = 1024 * 1024;  // multiplications: below, waking a thread takes longer

template <class Store>
void multiply_blocks(const PackedMatrix& matrix, const at::Tensor& x, const at::Tensor& bias, const at::Tensor& out) {
  const int64_t rows = x.size(0), inputs = x.size(1), blocks = matrix.blocks.size(0);
  const int64_t row_tasks = (rows + rows_a_task - 1) / rows_a_task;
  const int64_t work = std::min(rows, rows_a_task) * inputs * packed_outputs;
  const auto* weights = static_cast<const Store*>(matrix.blocks.data_ptr());
  const float* biases = bias.defined() ? bias.data_ptr<float>() : nullptr;
  const float* from = x.data_ptr<float>();
  float* to = out.data_ptr<float>();
  at::parallel_for(0, row_tasks * blocks, std::max<int64_t>(1, least_work_a_thread / work),
                   [&](int64_t first, int64_t last) {
                     for (int64_t task = first; task < last; ++task) {
                       const int64_t row = task / blocks * rows_a_task, block = task % blocks;
                       const int64_t column = block * packed_outputs;
                       multiply(PackedProduct<Store>{.block = weights + block * inputs * packed_outputs,
                                                     .bias = biases ? biases + column : nullptr,
                                                     .x = from + row * x.stride(0),
                                                     .x_stride = x.stride(0),
                                                     .out = to + row * matrix.outputs + column,
                                                     .out_stride = matrix.outputs,
                                                     .rows = std::min(rows_a_task, rows - row),
                                                     .inputs = inputs,
                                                     .outputs = std::min(packed_outputs, matrix.outputs - column)});
                     }
                   });
}

}  // namespace

PackedMatrix PackedMatrix::pack(const at::Tensor& matrix, at::ScalarType type) {
  const int64_t outputs = matrix.size(0), inputs = matrix.size(1);
  const int64_t blocks = (outputs + packed_outputs - 1) / packed_outputs;
  at::Tensor filled = torch::zeros({blocks * packed_outputs, inputs}, torch::dtype(type));
  filled.slice(0, 0, outputs).copy_(matrix);
  return {filled.view({blocks, packed_outputs, inputs}).transpose(1, 2).contiguous(), outputs};
}

void PackedMatrix::multiply(const at::Tensor& x, const at::Tensor& bias, const at::Tensor& out) const {
  TORCH_CHECK(x.dim() == 2 && x.size(1) == blocks.size(1) && x.stride(1) == 1 && out.is_contiguous() &&
                  out.size(0) == x.size(0) && out.size(1) == outputs,
              "a product of ", x.sizes(), " with a packed matrix of ", blocks.sizes(), " into ", out.sizes());
  if (blocks.scalar_type() == torch::kFloat)
    multiply_blocks<float>(*this, x, bias, out);
  else
    multiply_blocks<Bf16>(*this, x, bias, out);
}

at::Tensor PackedMatrix::rows(const at::Tensor& ids) const {
  const at::Tensor block = ids.div(packed_outputs, "floor"), within = ids.remainder(packed_outputs);
  return blocks.transpose(1, 2).index({block, within}).to(torch::kFloat);
}

}  // namespace foreview
