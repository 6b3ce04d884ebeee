#include "bert/sentence_encoder.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <numeric>

#include "bert/bert_encoder.h"
#include "core/interrupt.h"
#include "foreview/error.h"
#include "tensors/model_weights.h"

namespace foreview {
namespace {

constexpr size_t batch_rows = 32;

WordPieceTokenizer make_tokenizer(const SentenceConfig& config) {
  WordPieceVocabulary vocabulary = read_wordpiece_vocabulary(config.transformer);
  if (vocabulary.size != static_cast<size_t>(config.bert.vocabulary))
    throw Error({.file = vocabulary.file.string(),
                 .problem = "the vocabulary has another size than config.json tells",
                 .expected = std::to_string(config.bert.vocabulary),
                 .got = std::to_string(vocabulary.size),
                 .advice = "vocabulary and config.json must come from the same model"});
  return {std::move(vocabulary), config.words};
}

BertEncoder make_encoder(const SentenceConfig& config, const Device& device) {
  const auto weights = find_weights(config.transformer);
  return {load_weights(weights), config.bert, device.name, weights};
}

// states: [batch, tokens, width]; present: [batch, tokens] bool. Returns [batch, parts * width].
at::Tensor pool(const at::Tensor& states, const at::Tensor& present, const PoolingConfig& pooling) {
  const at::Tensor mask = present.unsqueeze(-1);
  std::vector<at::Tensor> parts;
  if (pooling.first) parts.push_back(states.select(1, 0));
  if (pooling.largest) parts.push_back(states.masked_fill(mask.logical_not(), -INFINITY).amax(1));
  if (pooling.mean) {
    const at::Tensor weights = mask.to(states.scalar_type());
    parts.push_back((states * weights).sum(1) / weights.sum(1));
  }
  return torch::cat(parts, 1);
}

}  // namespace

struct SentenceEncoder::Impl {
  SentenceConfig config;
  WordPieceTokenizer tokenizer;
  BertEncoder encoder;
  Device device;

  at::Tensor encode(const std::vector<const std::vector<int>*>& rows) const;
};

SentenceEncoder::SentenceEncoder(const std::filesystem::path& folder, const Device& device) {
  SentenceConfig config = read_sentence_config(folder);
  WordPieceTokenizer tokenizer = make_tokenizer(config);
  BertEncoder encoder = make_encoder(config, device);
  impl_ = std::unique_ptr<Impl>(new Impl{std::move(config), std::move(tokenizer), std::move(encoder), device});
}
SentenceEncoder::~SentenceEncoder() = default;
SentenceEncoder::SentenceEncoder(SentenceEncoder&&) noexcept = default;

int SentenceEncoder::dimension() const { return impl_->config.bert.width * impl_->config.pooling.parts(); }

std::vector<int> SentenceEncoder::token_ids(const std::string& text) const {
  return impl_->tokenizer.encode(text, impl_->config.most_tokens);
}

at::Tensor SentenceEncoder::Impl::encode(const std::vector<const std::vector<int>*>& rows) const {
  size_t longest = 0;
  for (const auto* row : rows) longest = std::max(longest, row->size());
  at::Tensor ids =
      torch::full({static_cast<int64_t>(rows.size()), static_cast<int64_t>(longest)}, tokenizer.pad(), torch::kLong);
  at::Tensor present = torch::zeros(ids.sizes(), torch::kBool);
  for (size_t r = 0; r < rows.size(); ++r)
    for (size_t t = 0; t < rows[r]->size(); ++t) {
      ids.data_ptr<int64_t>()[r * longest + t] = (*rows[r])[t];
      present.data_ptr<bool>()[r * longest + t] = true;
    }
  ids = ids.to(at::Device(device.name));
  present = present.to(at::Device(device.name));
  at::Tensor vectors = pool(encoder.run(ids, present), present, config.pooling);
  if (config.normalise) vectors = vectors / vectors.norm(2, 1, true).clamp_min(1e-12);
  return vectors.to(at::kCPU).contiguous();
}

std::vector<std::vector<float>> SentenceEncoder::encode(const std::vector<std::string>& texts) const {
  const torch::NoGradGuard no_grad;
  std::vector<std::vector<int>> ids;
  for (const std::string& text : texts) ids.push_back(token_ids(text));
  std::vector<size_t> order(texts.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](size_t i) { return ids[i].size(); });
  std::vector<std::vector<float>> vectors(texts.size());
  for (size_t first = 0; first < order.size(); first += batch_rows) {
    throw_if_interrupted();
    const size_t last = std::min(first + batch_rows, order.size());
    std::vector<const std::vector<int>*> rows;
    for (size_t i = first; i < last; ++i) rows.push_back(&ids[order[i]]);
    const at::Tensor batch = impl_->encode(rows);
    for (size_t i = first; i < last; ++i) {
      const float* row = batch.data_ptr<float>() + static_cast<int64_t>(i - first) * batch.size(1);
      vectors[order[i]].assign(row, row + batch.size(1));
    }
  }
  return vectors;
}

}  // namespace foreview
