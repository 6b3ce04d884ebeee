#include <torch/torch.h>

#include <cstring>

#include "core/random.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"
#include "tensors/tensor_file.h"
#include "whisper/golden.h"
#include "whisper/whisper_model.h"

namespace foreview {
namespace {

namespace fs = std::filesystem;

/// A folder that holds the small model's files, to be changed by a test.
class ModelFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    FOREVIEW_GOLDEN_OR_SKIP(golden, "whisper-mini-multilingual");
    golden_ = golden;
    for (const char* name : {"config.json", "model.safetensors", "vocab.json", "merges.txt", "added_tokens.json"})
      fs::create_symlink(golden / name, folder_.path() / name);
  }

  std::string message(const fs::path& path) const {
    try {
      WhisperModel::load(path, Device{}, Precision::f32);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  void expect_message(std::initializer_list<const char*> parts) const {
    const std::string text = message(folder_.path());
    for (const char* part : parts) EXPECT_NE(text.find(part), std::string::npos) << part << " in: " << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  }
  void replace_tensors(const std::function<void(NamedTensors&)>& change) const {
    NamedTensors tensors = load_tensors(golden_ / "model.safetensors");
    change(tensors);
    fs::remove(folder_.path() / "model.safetensors");
    save_tensors(folder_.path() / "model.safetensors", tensors);
  }

  testing::TemporaryFolder folder_;
  fs::path golden_;
};

TEST_F(ModelFolder, SoundOneLoads) { EXPECT_EQ(message(folder_.path()), ""); }

TEST_F(ModelFolder, MissingTensor) {
  replace_tensors([](NamedTensors& tensors) { tensors.erase("model.decoder.layers.1.fc1.weight"); });
  expect_message({"model.decoder.layers.1.fc1.weight is missing", "expected [256, 64]"});
}

TEST_F(ModelFolder, WrongShape) {
  replace_tensors([](NamedTensors& tensors) { tensors["model.encoder.conv1.bias"] = torch::zeros({63}); });
  expect_message({"model.encoder.conv1.bias", "expected [64]", "got [63]"});
}

TEST_F(ModelFolder, NanWeights) {
  replace_tensors([](NamedTensors& tensors) { tensors["model.encoder.conv1.bias"][5] = NAN; });
  expect_message({"model.encoder.conv1.bias is damaged", "finite"});
}

TEST_F(ModelFolder, AnotherVocabulary) {
  fs::remove(folder_.path() / "vocab.json");
  write_file_atomically(folder_.path() / "vocab.json", R"({"a": 0})");
  expect_message({"vocab.json", "256 bytes", "among 1 tokens"});
}

TEST_F(ModelFolder, WeightsOfAnotherVocabulary) {
  nlohmann::json config = nlohmann::json::parse(read_file(golden_ / "config.json"));
  config["vocab_size"] = 51866;
  fs::remove(folder_.path() / "config.json");
  write_file_atomically(folder_.path() / "config.json", config.dump());
  expect_message({"model.decoder.embed_tokens.weight", "expected [51866, 64]", "got [51865, 64]"});
}

TEST_F(ModelFolder, OverlappingTensors) {
  const std::string entry = R"("dtype": "F32", "shape": [2], "data_offsets": )";
  std::string header = R"({"a": {)" + entry + R"([0, 8]}, "b": {)" + entry + "[4, 12]}}";
  const uint64_t length = header.size();
  fs::remove(folder_.path() / "model.safetensors");
  write_file_atomically(folder_.path() / "model.safetensors",
                        std::string(reinterpret_cast<const char*>(&length), 8) + header + std::string(12, '\0'));
  expect_message({"model.safetensors", "\"b\" overlaps another one", "expected to begin at byte 8", "got byte 4"});
}

TEST_F(ModelFolder, TruncatedAndHostileSafetensors) {
  const fs::path file = folder_.path() / "model.safetensors";
  const std::string whole = read_file(file);
  fs::remove(file);
  write_file_atomically(file, std::string_view(whole).substr(0, whole.size() / 2));
  expect_message({"model.safetensors", "expected", "got"});
  std::string lies = whole.substr(0, 4096);
  lies[7] = '\x80';  // a header of 2^63 bytes
  write_file_atomically(file, lies);
  expect_message({"model.safetensors", "got"});
}

TEST_F(ModelFolder, Shards) {
  NamedTensors first = load_tensors(golden_ / "model.safetensors"), second;
  nlohmann::json map;
  for (auto it = first.begin(); it != first.end();) {
    const bool decoder = it->first.find("decoder") != std::string::npos;
    map[it->first] = decoder ? "model-2.safetensors" : "model-1.safetensors";
    if (decoder)
      second.insert(first.extract(it++));
    else
      ++it;
  }
  fs::remove(folder_.path() / "model.safetensors");
  save_tensors(folder_.path() / "model-1.safetensors", first);
  save_tensors(folder_.path() / "model-2.safetensors", second);
  write_file_atomically(folder_.path() / "model.safetensors.index.json", nlohmann::json{{"weight_map", map}}.dump());
  EXPECT_EQ(message(folder_.path()), "");
  write_file_atomically(folder_.path() / "model.safetensors.index.json",
                        R"({"weight_map": {"x": "../model-1.safetensors"}})");
  expect_message({"index.json", "../model-1.safetensors"});
}

/// The same model as whisper.cpp stores it.
class GgmlWriter {
 public:
  GgmlWriter(const fs::path& golden, bool half) : half_(half) {
    const WhisperTokenizer tokenizer = WhisperTokenizer::load(golden, 51865);
    for (const int value : {0x67676d6c, 51865, 1500, 64, 2, 2, 448, 64, 2, 2, 80, half ? 1 : 0, 80, 201}) put(value);
    bytes.append(80 * 201 * 4, '\0');
    put(50257);
    for (int id = 0; id < 50257; ++id) {
      const std::string token = tokenizer.raw_bytes(std::vector<int>{id});
      put(static_cast<int>(token.size()));
      bytes += token;
    }
    for (const auto& [name, tensor] : load_tensors(golden / "model.safetensors")) add(openai_name(name), tensor);
  }

  std::string bytes;

 private:
  void put(int value) { bytes.append(reinterpret_cast<const char*>(&value), 4); }
  static std::string openai_name(std::string name) {
    const std::pair<const char*, const char*> parts[] = {{"model.", ""},
                                                         {"layers.", "blocks."},
                                                         {"encoder_attn_layer_norm.", "cross_attn_ln."},
                                                         {"self_attn_layer_norm.", "attn_ln."},
                                                         {"encoder_attn.", "cross_attn."},
                                                         {"self_attn.", "attn."},
                                                         {"q_proj.", "query."},
                                                         {"k_proj.", "key."},
                                                         {"v_proj.", "value."},
                                                         {"out_proj.", "out."},
                                                         {"final_layer_norm.", "mlp_ln."},
                                                         {"fc1.", "mlp.0."},
                                                         {"fc2.", "mlp.2."},
                                                         {"encoder.layer_norm.", "encoder.ln_post."},
                                                         {"decoder.layer_norm.", "decoder.ln."},
                                                         {"embed_tokens.", "token_embedding."},
                                                         {"embed_positions.weight", "positional_embedding"}};
    for (const auto& [from, to] : parts)
      if (const size_t at = name.find(from); at != std::string::npos) name.replace(at, std::strlen(from), to);
    return name;
  }
  void add(const std::string& name, const at::Tensor& stored) {
    const bool half = half_ && stored.dim() > 1;
    const at::Tensor tensor = stored.to(half ? torch::kHalf : torch::kFloat32).contiguous();
    put(static_cast<int>(tensor.dim()));
    put(static_cast<int>(name.size()));
    put(half ? 1 : 0);
    for (int64_t i = tensor.dim() - 1; i >= 0; --i) put(static_cast<int>(tensor.size(i)));
    bytes += name;
    bytes.append(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes());
  }
  bool half_;
};

TEST_F(ModelFolder, GgmlGivesTheSameLogits) {
  const WhisperModel reference = WhisperModel::load(golden_, Device{}, Precision::f32);
  const at::Tensor audio = torch::sin(torch::arange(1500 * 64).to(torch::kFloat32)).view({1, 1500, 64});
  const std::vector<int> tokens = {50258, 50259, 50359, 50363};
  DecoderState state = reference.start(audio);
  const at::Tensor wanted = reference.decode(state, tokens);
  for (const bool half : {false, true}) {
    const fs::path file = folder_.path() / "ggml.bin";
    write_file_atomically(file, GgmlWriter(golden_, half).bytes);
    const WhisperModel model = WhisperModel::load(file, Device{}, Precision::f32);
    DecoderState same = model.start(audio);
    EXPECT_TRUE(torch::equal(model.decode(same, tokens), wanted));
    auto listed = reference.config().suppress_tokens, made = model.config().suppress_tokens;
    std::sort(listed.begin(), listed.end());
    std::sort(made.begin(), made.end());
    EXPECT_EQ(made, listed);
    EXPECT_EQ(model.config().begin_suppress_tokens, reference.config().begin_suppress_tokens);
  }
}

TEST_F(ModelFolder, HostileGgml) {
  const std::string whole = GgmlWriter(golden_, true).bytes;
  const fs::path file = folder_.path() / "ggml.bin";
  std::string quantised = whole;
  const size_t name = quantised.find("decoder.blocks.0.attn.key.weight");
  quantised[name - 12] = 8;  // q8_0
  write_file_atomically(file, quantised);
  EXPECT_NE(message(file).find("quantised"), std::string::npos) << message(file);
  EXPECT_NE(message(file).find("Hugging Face folder"), std::string::npos);
  Random random(5);
  for (int i = 0; i < 60; ++i) {
    std::string bytes = whole.substr(0, i % 2 ? random.below(whole.size()) : 4096);
    for (int k = 0; k < 6; ++k)
      bytes[random.below(std::min<size_t>(bytes.size(), 80))] = static_cast<char>(random.below(256));
    write_file_atomically(file, bytes);
    EXPECT_NE(message(file), "");
  }
}

}  // namespace
}  // namespace foreview
