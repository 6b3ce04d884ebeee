#include "whisper/encoder_attention.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>

#include "whisper/attention.h"
#include "whisper/packed_product.h"
#include "whisper/row_kernels.h"

namespace foreview {
namespace {

constexpr int64_t query_rows = 384;  // their scores stay in the second cache

/// Calls work(head of all windows, first query, last query) from torch's threads.
template <class Work>
void for_each_block(int64_t heads, int64_t positions, const Work& work) {
  const int64_t blocks = (positions + query_rows - 1) / query_rows;
  at::parallel_for(0, heads * blocks, 1, [&](int64_t first, int64_t last) {
    const torch::NoGradGuard no_grad;
    for (int64_t task = first; task < last; ++task) {
      const int64_t row = task % blocks * query_rows;
      work(task / blocks, row, std::min(positions, row + query_rows));
    }
  });
}

/// What the attention of one call works on.
struct Sizes {
  int64_t windows, positions, heads, width;
  int64_t head_width() const { return width / heads; }
  int64_t all_heads() const { return windows * heads; }
};

/// In f32, by the program's own products: keys and values are packed once, queries and results stay where they are.
class PackedAttention {
 public:
  PackedAttention(const Sizes& sizes, const at::Tensor& query_key_value, TensorPool& pool)
      : s_(sizes), key_blocks_((s_.positions + packed_outputs - 1) / packed_outputs) {
    const auto options = query_key_value.options();
    from_ = query_key_value.data_ptr<float>();
    keys_ = pool.take({s_.all_heads(), key_blocks_, s_.head_width(), packed_outputs}, options);
    values_ = pool.take({s_.all_heads(), s_.positions, packed_outputs}, options);
    scores_ = pool.take({at::get_num_threads(), query_rows, s_.positions}, options);
    products_ = pool.take({at::get_num_threads(), query_rows, s_.head_width()}, options);
  }

  void run(const at::Tensor& out) {
    at::parallel_for(0, s_.all_heads(), 1, [&](int64_t first, int64_t last) {
      for (int64_t head = first; head < last; ++head) pack(head);
    });
    float* to = out.data_ptr<float>();
    for_each_block(s_.all_heads(), s_.positions, [&](int64_t head, int64_t first, int64_t last) {
      const int thread = at::get_thread_num();
      float* scores = scores_[thread].data_ptr<float>();
      float* product = products_[thread].data_ptr<float>();
      float sums[query_rows];
      const int64_t rows = last - first;
      const float* keys = keys_[head].data_ptr<float>();
      for (int64_t block = 0; block < key_blocks_; ++block)
        multiply(PackedProduct<float>{.block = keys + block * s_.head_width() * packed_outputs,
                                      .bias = nullptr,
                                      .x = part(head, 0) + first * 3 * s_.width,
                                      .x_stride = 3 * s_.width,
                                      .out = scores + block * packed_outputs,
                                      .out_stride = s_.positions,
                                      .rows = rows,
                                      .inputs = s_.head_width(),
                                      .outputs = std::min(packed_outputs, s_.positions - block * packed_outputs)});
      exponentials(scores, rows, s_.positions, sums);
      multiply(PackedProduct<float>{.block = values_[head].data_ptr<float>(),
                                    .bias = nullptr,
                                    .x = scores,
                                    .x_stride = s_.positions,
                                    .out = product,
                                    .out_stride = s_.head_width(),
                                    .rows = rows,
                                    .inputs = s_.positions,
                                    .outputs = s_.head_width()});
      const int64_t window = head / s_.heads, column = head % s_.heads * s_.head_width();
      divide_rows(product, sums, rows, s_.head_width(),
                  to + (window * s_.positions + first) * s_.width + column, s_.width);
    });
  }

 private:
  /// Queries (0), keys (1) or values (2) of a head; positions lie 3 * width apart.
  const float* part(int64_t head, int64_t which) const {
    const int64_t window = head / s_.heads, column = which * s_.width + head % s_.heads * s_.head_width();
    return from_ + window * s_.positions * 3 * s_.width + column;
  }

  void pack(int64_t head) {
    const float *keys = part(head, 1), *values = part(head, 2);
    float* packed_keys = keys_[head].data_ptr<float>();
    float* packed_values = values_[head].data_ptr<float>();
    for (int64_t position = 0; position < key_blocks_ * packed_outputs; ++position) {
      float* column = packed_keys + position / packed_outputs * s_.head_width() * packed_outputs + position % packed_outputs;
      for (int64_t d = 0; d < s_.head_width(); ++d)
        column[d * packed_outputs] = position < s_.positions ? keys[position * 3 * s_.width + d] : 0;
    }
    for (int64_t position = 0; position < s_.positions; ++position)
      for (int64_t d = 0; d < packed_outputs; ++d)
        packed_values[position * packed_outputs + d] = d < s_.head_width() ? values[position * 3 * s_.width + d] : 0;
  }

  Sizes s_;
  int64_t key_blocks_;
  const float* from_;
  at::Tensor keys_, values_, scores_, products_;
};

/// In bf16, by the library's products on blocks that stay in the cache.
void attend_bf16(const Sizes& s, const at::Tensor& query_key_value, const at::Tensor& out, TensorPool& pool) {
  const auto options = query_key_value.options();
  at::Tensor parts = pool.take({3, s.all_heads(), s.positions, s.head_width()}, options);
  parts.view({3, s.windows, s.heads, s.positions, s.head_width()})
      .copy_(query_key_value.view({s.windows, s.positions, 3, s.heads, s.head_width()}).permute({2, 0, 3, 1, 4}));
  const at::Tensor scores = pool.take({at::get_num_threads(), query_rows, s.positions}, options);
  const at::Tensor products = pool.take({at::get_num_threads(), query_rows, s.head_width()}, options);
  auto* to = static_cast<Bf16*>(out.data_ptr());
  for_each_block(s.all_heads(), s.positions, [&](int64_t head, int64_t first, int64_t last) {
    const int64_t rows = last - first;
    at::Tensor score = scores[at::get_thread_num()].slice(0, 0, rows);
    at::Tensor product = products[at::get_thread_num()].slice(0, 0, rows);
    float sums[query_rows];
    at::mm_out(score, parts[0][head].slice(0, first, last), parts[1][head].t());
    exponentials(static_cast<Bf16*>(score.data_ptr()), rows, s.positions, sums);
    at::mm_out(product, score, parts[2][head]);
    const int64_t window = head / s.heads, column = head % s.heads * s.head_width();
    divide_rows(static_cast<const Bf16*>(product.data_ptr()), sums, rows, s.head_width(),
                to + (window * s.positions + first) * s.width + column, s.width);
  });
}

}  // namespace

at::Tensor attend_all(const at::Tensor& query_key_value, int64_t heads, TensorPool& pool) {
  const Sizes sizes{query_key_value.size(0), query_key_value.size(1), heads, query_key_value.size(2) / 3};
  const bool packs = query_key_value.is_cpu() && sizes.head_width() <= packed_outputs;
  if (packs && query_key_value.is_contiguous()) {
    at::Tensor out = pool.take({sizes.windows, sizes.positions, sizes.width}, query_key_value.options());
    if (query_key_value.scalar_type() == torch::kFloat)
      PackedAttention(sizes, query_key_value, pool).run(out);
    else
      attend_bf16(sizes, query_key_value, out, pool);
    return out;
  }
  const at::Tensor parts = query_key_value.view({sizes.windows, sizes.positions, 3, heads, sizes.head_width()})
                               .permute({2, 0, 3, 1, 4})
                               .contiguous();
  return attend(parts[0], parts[1].transpose(2, 3), parts[2]);
}

}  // namespace foreview
