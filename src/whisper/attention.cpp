#include "whisper/attention.h"

#include <torch/torch.h>

#include <algorithm>

namespace foreview {
namespace {

// Scores of a whole window would be written to memory and read back; a block of rows stays in the cache.
constexpr int64_t query_rows = 384;

at::Tensor join_heads(const at::Tensor& heads) {
  return heads.transpose(1, 2).reshape({heads.size(0), heads.size(2), heads.size(1) * heads.size(3)});
}

}  // namespace

at::Tensor attend(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value) {
  const at::Tensor turned = key.transpose(2, 3);
  const int64_t rows = query.size(2);
  if (rows <= query_rows || query.is_cuda())
    return join_heads(torch::matmul(torch::softmax(torch::matmul(query, turned), -1), value));
  at::Tensor joined = torch::empty({query.size(0), rows, query.size(1), query.size(3)}, query.options());
  for (int64_t first = 0; first < rows; first += query_rows) {
    const int64_t last = std::min(rows, first + query_rows);
    const at::Tensor scores = torch::matmul(query.slice(2, first, last), turned);
    joined.slice(1, first, last).copy_(torch::matmul(torch::softmax(scores, -1), value).transpose(1, 2));
  }
  return joined.view({query.size(0), rows, query.size(1) * query.size(3)});
}

at::Tensor attend_causally(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, int64_t before) {
  const int64_t rows = query.size(2), positions = key.size(2);
  at::Tensor scores = torch::matmul(query, key.transpose(2, 3));
  if (rows > 1) {
    const at::Tensor hidden = torch::ones({rows, positions}, query.options().dtype(torch::kBool)).triu(before + 1);
    scores = scores.masked_fill(hidden, -INFINITY);
  }
  return join_heads(torch::matmul(torch::softmax(scores, -1), value));
}

}  // namespace foreview
