#include "whisper/attention.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>

#include "whisper/token_attention.h"

namespace foreview {
namespace {

at::Tensor join_heads(const at::Tensor& heads) {
  return heads.transpose(1, 2).reshape({heads.size(0), heads.size(2), heads.size(1) * heads.size(3)});
}

template <class Store>
void attend_tokens(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values, int64_t positions,
                   const at::Tensor& out) {
  const int64_t heads = keys.size(1), head_width = keys.size(2), capacity = keys.size(3);
  const int64_t rows_each = query.size(0) / keys.size(0);
  const auto *all_keys = static_cast<const Store*>(keys.data_ptr()),
             *all_values = static_cast<const Store*>(values.data_ptr());
  const at::Tensor weights = torch::empty({query.size(0) * heads, capacity});
  constexpr int64_t least_work_a_thread = 1024 * 1024;
  at::parallel_for(
      0, query.size(0) * heads, std::max<int64_t>(1, least_work_a_thread / (positions * head_width)),
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          const int64_t cached = (i / heads / rows_each * heads + i % heads) * head_width * capacity;
          attend(TokenAttention<Store>{.query = query.data_ptr<float>() + i * head_width,
                                       .keys = all_keys + cached,
                                       .values = all_values + cached,
                                       .head_width = head_width,
                                       .capacity = capacity,
                                       .positions = positions,
                                       .weights = weights.data_ptr<float>() + i * capacity,
                                       .out = out.data_ptr<float>() + i * head_width});
        }
      });
}

}  // namespace

at::Tensor attend(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values) {
  return join_heads(torch::matmul(torch::softmax(torch::matmul(query, keys), -1), values));
}

at::Tensor attend_causally(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values, int64_t before) {
  const int64_t rows = query.size(2), positions = keys.size(3);
  at::Tensor scores = torch::matmul(query, keys);
  if (rows > 1) {
    const at::Tensor hidden = torch::ones({rows, positions}, query.options().dtype(torch::kBool)).triu(before + 1);
    scores = scores.masked_fill(hidden, -INFINITY);
  }
  return join_heads(torch::matmul(torch::softmax(scores, -1), values));
}

at::Tensor attend_token(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values, int64_t positions) {
  const at::Tensor rows = query.contiguous(), out = torch::empty_like(rows);
  if (keys.scalar_type() == torch::kFloat)
    attend_tokens<float>(rows, keys, values, positions, out);
  else
    attend_tokens<Bf16>(rows, keys, values, positions, out);
  return out;
}

}  // namespace foreview
