#include <torch/torch.h>

#include "bert/sentence_encoder.h"
#include "support/temporary_folder.h"
#include "tensors/tensor_file.h"
#include "whisper/golden.h"

namespace foreview {
namespace {

using testing::read_json;

class SentenceEncoderGolden : public ::testing::Test {
 protected:
  void SetUp() override {
    FOREVIEW_GOLDEN_OR_SKIP(folder, "bert-mini");
    folder_ = folder;
    const nlohmann::json expected = read_json(folder / "expected.json");
    for (const auto& one : expected["cases"]) {
      ids_.push_back(one["ids"].get<std::vector<int>>());
      std::string text;
      const std::string hex = one["utf8_hex"];
      for (size_t i = 0; i < hex.size(); i += 2) text += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
      texts_.push_back(text);
    }
    expected_ = load_tensors(folder / "expected.safetensors").at("all_sentence_embedding");
  }

  void expect_embeddings(const std::vector<std::vector<float>>& vectors, double tolerance) const {
    ASSERT_EQ(vectors.size(), static_cast<size_t>(expected_.size(0)));
    for (size_t i = 0; i < vectors.size(); ++i) {
      const at::Tensor row = torch::tensor(vectors[i]);
      ASSERT_EQ(row.sizes(), expected_[static_cast<int64_t>(i)].sizes());
      EXPECT_LT((row - expected_[static_cast<int64_t>(i)]).abs().max().item<double>(), tolerance) << texts_[i];
    }
  }

  /// The same model under other names: a copy with `tensors` and with `config` changed.
  void write_copy(const std::filesystem::path& to, const NamedTensors& tensors, const nlohmann::json& config) const {
    copy_sentence_model(folder_, to);
    save_tensors(to / "model.safetensors", tensors);
    write_file_atomically(to / "config.json", config.dump());
  }

  std::filesystem::path folder_;
  std::vector<std::string> texts_;
  std::vector<std::vector<int>> ids_;
  at::Tensor expected_;
};

TEST_F(SentenceEncoderGolden, TokenIdsAreIdentical) {
  const SentenceEncoder encoder(folder_, Device{});
  ASSERT_EQ(texts_.size(), 113u);
  for (size_t i = 0; i < texts_.size(); ++i) EXPECT_EQ(encoder.token_ids(texts_[i]), ids_[i]) << texts_[i];
}

TEST_F(SentenceEncoderGolden, EmbeddingsInOneCallPaddedAndSorted) {
  expect_embeddings(SentenceEncoder(folder_, Device{}).encode(texts_), 1e-5);
}

TEST_F(SentenceEncoderGolden, EmbeddingsOneByOne) {
  const SentenceEncoder encoder(folder_, Device{});
  std::vector<std::vector<float>> vectors;
  for (const std::string& text : texts_) vectors.push_back(encoder.encode({text})[0]);
  expect_embeddings(vectors, 1e-5);
}

TEST_F(SentenceEncoderGolden, VocabularyFromTokenizerJson) {
  const testing::TemporaryFolder work;
  const auto copy = work.path() / "copy";
  copy_sentence_model(folder_, copy);
  nlohmann::json vocabulary;
  const std::string lines = read_file(copy / "vocab.txt");
  int id = 0;
  for (size_t at = 0; at < lines.size(); ++id) {
    const size_t end = lines.find('\n', at);
    vocabulary[lines.substr(at, end - at)] = id;
    at = end + 1;
  }
  std::filesystem::remove(copy / "vocab.txt");
  write_file_atomically(copy / "tokenizer.json",
                        nlohmann::json{{"model", {{"type", "WordPiece"}, {"vocab", vocabulary}}}}.dump());
  const SentenceEncoder encoder(copy, Device{});
  for (size_t i = 0; i < texts_.size(); ++i) EXPECT_EQ(encoder.token_ids(texts_[i]), ids_[i]);
}

// DistilBERT is BERT without token types and with other names.
TEST_F(SentenceEncoderGolden, DistilledNames) {
  NamedTensors tensors = load_tensors(folder_ / "model.safetensors"), renamed;
  tensors["embeddings.position_embeddings.weight"] =
      tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0];
  const std::vector<std::pair<std::string, std::string>> names = {{"encoder.layer.", "transformer.layer."},
                                                                  {"attention.self.query", "attention.q_lin"},
                                                                  {"attention.self.key", "attention.k_lin"},
                                                                  {"attention.self.value", "attention.v_lin"},
                                                                  {"attention.output.dense", "attention.out_lin"},
                                                                  {"attention.output.LayerNorm", "sa_layer_norm"},
                                                                  {"intermediate.dense", "ffn.lin1"},
                                                                  {"output.dense", "ffn.lin2"},
                                                                  {"output.LayerNorm", "output_layer_norm"}};
  for (auto [name, tensor] : tensors) {
    std::string other = name;
    for (const auto& [from, to] : names)
      if (const size_t at = other.find(from); at != std::string::npos) other.replace(at, from.size(), to);
    renamed["distilbert." + other] = tensor;
  }
  const testing::TemporaryFolder work;
  write_copy(work.path() / "copy", renamed,
             {{"model_type", "distilbert"},
              {"vocab_size", 3195},
              {"dim", 64},
              {"n_layers", 2},
              {"n_heads", 4},
              {"hidden_dim", 256},
              {"max_position_embeddings", 128},
              {"activation", "gelu"}});
  expect_embeddings(SentenceEncoder(work.path() / "copy", Device{}).encode(texts_), 1e-5);
}

TEST_F(SentenceEncoderGolden, HalfPrecisionWeights) {
  NamedTensors tensors = load_tensors(folder_ / "model.safetensors");
  for (auto& [name, tensor] : tensors)
    if (tensor.is_floating_point()) tensor = tensor.to(at::kHalf);
  const testing::TemporaryFolder work;
  write_copy(work.path() / "copy", tensors, read_json(folder_ / "config.json"));
  expect_embeddings(SentenceEncoder(work.path() / "copy", Device{}).encode(texts_), 1e-2);
}

TEST_F(SentenceEncoderGolden, FingerprintIsOfTheContent) {
  const testing::TemporaryFolder work;
  copy_sentence_model(folder_, work.path() / "copy");
  const std::string before = sentence_model_fingerprint(folder_);
  EXPECT_EQ(sentence_model_fingerprint(work.path() / "copy"), before);
  write_file_atomically(work.path() / "copy" / "sentence_bert_config.json", R"({"max_seq_length": 64})");
  EXPECT_NE(sentence_model_fingerprint(work.path() / "copy"), before);
}

}  // namespace
}  // namespace foreview
