#include "whisper/decoder.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>

#include "foreview/error.h"
#include "whisper/attention.h"
#include "whisper/layers.h"

namespace foreview {
namespace {

/// Positions that a cache has room for: whole vectors of the kernels.
int64_t capacity_of(int64_t positions) { return (positions + 15) / 16 * 16; }

int64_t rows_of(std::span<DecoderState* const> states) {
  int64_t rows = 0;
  for (const DecoderState* state : states) rows += state->rows();
  return rows;
}

void check_tokens(const WhisperConfig& config, std::span<DecoderState* const> states, std::span<const int> tokens) {
  const int64_t rows = rows_of(states), count = static_cast<int64_t>(tokens.size()) / rows;
  int64_t length = 0;
  for (const DecoderState* state : states) length = std::max(length, state->length);
  if (tokens.empty() || static_cast<int64_t>(tokens.size()) % rows != 0)
    throw Error({.problem = "the decoder got tokens that do not fit its rows",
                 .expected = fmt::format("a multiple of {}", rows),
                 .got = std::to_string(tokens.size())});
  if (length + count > config.text_context)
    throw Error({.problem = "the decoder got more tokens than its context holds",
                 .expected = fmt::format("at most {}", config.text_context),
                 .got = std::to_string(length + count)});
  for (const int token : tokens)
    if (token < 0 || token >= config.vocabulary)
      throw Error({.problem = "the decoder got a token outside its vocabulary",
                   .expected = fmt::format("0 to {}", config.vocabulary - 1),
                   .got = std::to_string(token)});
}

// One pass of the layers over [rows, count] new tokens. On the CPU all but the caches is f32.
class DecoderPass {
 public:
  DecoderPass(const WhisperConfig& config, std::span<DecoderState* const> caches, int64_t count,
              const at::Tensor& states)
      : heads_(config.decoder_heads),
        head_width_(config.width / config.decoder_heads),
        caches_(caches),
        count_(count),
        states_(states),
        normed_(torch::empty_like(states)) {}

  void run(size_t i, const DecoderLayerWeights& layer) {
    attend_to_tokens(i, norm(layer.attention_norm), layer.attention);
    attend_to_audio(i, norm(layer.cross_norm), layer.cross);
    const at::Tensor inner = apply(layer.up, norm(layer.mlp_norm));
    gelu_in_place(inner);
    added_ = apply(layer.down, inner);
  }

  /// The states after all that ran so far; normed.
  const at::Tensor& norm(const NormWeights& weights) {
    add_and_norm(states_, added_, weights, normed_);
    added_ = at::Tensor();
    return normed_;
  }
  at::Tensor states() const { return added_.defined() ? states_ + added_ : states_.clone(); }

 private:
  void attend_to_tokens(size_t i, const at::Tensor& normed, const SelfAttentionWeights& weights) {
    const at::Tensor joined = apply(weights.query_key_value, normed).view({-1, count_, 3, heads_, head_width_});
    const at::Tensor attended = for_each_cache(joined, [&](DecoderState& cache, const at::Tensor& mine) {
      const int64_t before = cache.length, after = before + count_;
      const at::Tensor parts = mine.permute({2, 0, 1, 3, 4});  // [3, rows, count, heads, head_width]
      const at::Tensor &keys = cache.keys[i], &values = cache.values[i];
      keys.slice(3, before, after).copy_(parts[1].permute({0, 2, 3, 1}));
      values.slice(2, before, after).copy_(parts[2].transpose(1, 2));
      if (by_token()) return attend_token(parts[0].reshape({cache.rows(), -1}), keys, values, after);
      const at::Tensor query = parts[0].transpose(1, 2);
      return attend_causally(query, keys.slice(3, 0, after).to(query.scalar_type()),
                             values.slice(2, 0, after).to(query.scalar_type()), before);
    });
    added_ = apply(weights.out, attended.view_as(normed));
  }

  void attend_to_audio(size_t i, const at::Tensor& normed, const CrossAttentionWeights& weights) {
    const at::Tensor joined = apply(weights.query, normed);
    const at::Tensor attended = for_each_cache(joined, [&](DecoderState& cache, const at::Tensor& query) {
      // The rows of one audio share its keys and values: they are queries of the same product.
      const at::Tensor &keys = cache.cross_keys[i], &values = cache.cross_values[i];
      const int64_t positions = cache.audio_positions;
      if (by_token()) return attend_token(query.view({cache.rows(), -1}), keys, values, positions);
      const at::Tensor split = query.view({keys.size(0), -1, heads_, head_width_}).transpose(1, 2);
      return attend(split, keys.slice(3, 0, positions).to(query.scalar_type()),
                    values.slice(2, 0, positions).to(query.scalar_type()));
    });
    added_ = apply(weights.out, attended.view_as(normed));
  }

  /// What `attend` gives for each state's rows of `joined`, one below the other: [all rows * count, width].
  template <class Attend>
  at::Tensor for_each_cache(const at::Tensor& joined, const Attend& attend) {
    std::vector<at::Tensor> attended;
    int64_t first = 0;
    for (DecoderState* cache : caches_) {
      const at::Tensor mine = joined.slice(0, first, first + cache->rows());
      attended.push_back(attend(*cache, mine).view({cache->rows() * count_, heads_ * head_width_}));
      first += cache->rows();
    }
    return attended.size() == 1 ? attended[0] : torch::cat(attended);
  }

  bool by_token() const { return count_ == 1 && states_.is_cpu() && head_width_ % 16 == 0; }

  int64_t heads_, head_width_;
  std::span<DecoderState* const> caches_;
  int64_t count_;
  at::Tensor states_, normed_;  // [rows, count, width]
  at::Tensor added_;            // what is still to be added to the states
};

/// [rows, count, width]: the tokens' vectors, each with its position's.
at::Tensor embed(const DecoderWeights& weights, std::span<const int> tokens, std::span<DecoderState* const> states) {
  const int64_t rows = rows_of(states), count = static_cast<int64_t>(tokens.size()) / rows;
  const at::Tensor ids = torch::tensor(std::vector<int>(tokens.begin(), tokens.end()), torch::kInt32)
                             .to(weights.positions.device(), torch::kInt64);
  const at::Tensor vectors = weights.embedding.is_packed() ? weights.embedding.packed.rows(ids)
                                                           : torch::embedding(weights.embedding.weight, ids);
  const at::Tensor embedded = vectors.view({rows, count, -1}).clone();
  int64_t row = 0;
  for (const DecoderState* state : states) {
    embedded.slice(0, row, row + state->rows()).add_(weights.positions.slice(0, state->length, state->length + count));
    row += state->rows();
  }
  return embedded;
}

}  // namespace

DecoderState start_decoder(const DecoderWeights& weights, const WhisperConfig& config, const at::Tensor& audio,
                           int64_t rows_each, TensorPool& pool) {
  const int64_t audios = audio.size(0), positions = audio.size(1), heads = config.decoder_heads;
  const int64_t head_width = config.width / heads;
  const auto options = weights.positions.options().dtype(weights.type);
  DecoderState state{.audio_positions = positions};
  const auto take = [&](int64_t rows, int64_t room, std::vector<at::Tensor>& keys, std::vector<at::Tensor>& values) {
    keys.push_back(pool.take({rows, heads, head_width, room}, options));
    values.push_back(pool.take({rows, heads, room, head_width}, options));
  };
  const at::Tensor of_type = audio.to(weights.positions.device(), weights.type).contiguous();
  at::Tensor joined = pool.take({audios, positions, 2 * config.width}, options);
  for (const DecoderLayerWeights& layer : weights.layers) {
    take(audios * rows_each, capacity_of(config.text_context), state.keys, state.values);
    take(audios, capacity_of(positions), state.cross_keys, state.cross_values);
    apply(layer.cross.key_value, of_type, joined);
    const at::Tensor parts = joined.view({audios, positions, 2, heads, head_width}).permute({2, 0, 3, 1, 4});
    state.cross_keys.back().slice(3, 0, positions).copy_(parts[0].transpose(2, 3));
    state.cross_values.back().slice(2, 0, positions).copy_(parts[1]);
  }
  return state;
}

at::Tensor run_decoder(const DecoderWeights& weights, const WhisperConfig& config,
                       std::span<DecoderState* const> caches, std::span<const int> tokens, bool last_only,
                       LayerProbe* probe) {
  check_tokens(config, caches, tokens);
  const int64_t count = static_cast<int64_t>(tokens.size()) / rows_of(caches);
  DecoderPass pass(config, caches, count, embed(weights, tokens, caches));
  for (size_t i = 0; i < weights.layers.size(); ++i) {
    pass.run(i, weights.layers[i]);
    if (probe) probe->outputs.push_back(pass.states());
  }
  at::Tensor states = pass.norm(weights.norm);
  for (DecoderState* cache : caches) cache->length += count;
  if (probe) probe->outputs.push_back(states.clone());
  if (last_only) states = states.slice(1, count - 1, count).contiguous();
  return apply(weights.embedding, states).to(at::Device("cpu"), torch::kFloat32);
}

void reorder_rows(DecoderState& state, std::span<const int64_t> from, TensorPool& pool) {
  const auto rows = static_cast<int64_t>(from.size());
  const auto reorder = [&](at::Tensor& part, int64_t axis) {
    at::Tensor moved = pool.take({rows, part.size(1), part.size(2), part.size(3)}, part.options());
    for (int64_t row = 0; row < rows; ++row)  // only what is filled is copied
      moved[row].slice(axis, 0, state.length).copy_(part[from[static_cast<size_t>(row)]].slice(axis, 0, state.length));
    part = moved;
  };
  for (at::Tensor& keys : state.keys) reorder(keys, 2);
  for (at::Tensor& values : state.values) reorder(values, 1);
}

}  // namespace foreview
