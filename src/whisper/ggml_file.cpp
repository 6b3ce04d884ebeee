#include <fmt/format.h>
#include <torch/torch.h>

#include <cstring>
#include <map>

#include "core/files.h"
#include "core/text.h"
#include "foreview/error.h"
#include "whisper/model_files.h"

// whisper.cpp's file (models/convert-pt-to-ggml.py writes it), little-endian:
//   u32 magic 0x67676d6c, 11 x i32: vocabulary, audio context, width, encoder heads, encoder layers, text context,
//   width, decoder heads, decoder layers, mel bins, type of the weights
//   i32 mel bins, i32 bins of the spectrum, f32 filters
//   i32 number of tokens, each i32 length and bytes; their ids are their ranks
//   tensors until the end: i32 dimensions, i32 length of the name, i32 type (0 F32, 1 F16, others quantised),
//   i32 sizes with the fastest first, name, values
namespace foreview {
namespace {

class GgmlReader {
 public:
  explicit GgmlReader(std::filesystem::path file) : file_(std::move(file)), bytes_(read_file(file_, size_t{8} << 30)) {}

  [[noreturn]] void refuse(const std::string& problem, const std::string& expected, const std::string& got,
                           const std::string& advice = "get the file again") const {
    throw Error({.file = file_.string(), .problem = problem, .expected = expected, .got = got, .advice = advice});
  }

  std::string_view take(size_t size, const char* what) {
    if (size > bytes_.size() - at_)
      refuse("the file ends too early", fmt::format("{} bytes of {} at byte {}", size, what, at_),
             fmt::format("{} bytes", bytes_.size() - at_));
    at_ += size;
    return std::string_view(bytes_).substr(at_ - size, size);
  }

  int number(const char* what, int low, int high) {
    int32_t value = 0;
    std::memcpy(&value, take(4, what).data(), 4);
    if (value < low || value > high)
      refuse(fmt::format("the {} cannot be right", what), fmt::format("{} to {}", low, high), std::to_string(value));
    return value;
  }

  bool at_end() const { return at_ == bytes_.size(); }
  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
  std::string bytes_;
  size_t at_ = 0;
};

WhisperConfig read_header(GgmlReader& reader) {
  constexpr uint32_t magic = 0x67676d6c;
  uint32_t first = 0;
  std::memcpy(&first, reader.take(4, "the header").data(), 4);
  if (first != magic)
    reader.refuse("this is no ggml model", fmt::format("{:#x} at its start", magic), fmt::format("{:#x}", first),
                  "name a ggml .bin of whisper.cpp, or the folder of a Hugging Face model");
  WhisperConfig config;
  const auto number = [&](const char* what) { return reader.number(what, 0, 10'000'000); };
  config.vocabulary = number("vocabulary");
  config.audio_context = number("audio context");
  config.width = number("width");
  config.encoder_heads = number("number of encoder heads");
  config.encoder_layers = number("number of encoder layers");
  config.text_context = number("text context");
  const int text_width = number("width of the decoder");
  if (text_width != config.width)
    reader.refuse("encoder and decoder differ in width", std::to_string(config.width), std::to_string(text_width));
  config.decoder_heads = number("number of decoder heads");
  config.decoder_layers = number("number of decoder layers");
  config.mel_bins = number("number of mel bins");
  config.encoder_inner = config.decoder_inner = 4 * config.width;
  number("type of the weights");
  check_whisper_config(config, reader.file());
  return config;
}

/// OpenAI's names, which ggml keeps, as Hugging Face spells them.
std::string hugging_face_name(std::string name) {
  static const std::vector<std::pair<std::string, std::string>> parts = {
      {"blocks.", "layers."},
      {"cross_attn_ln.", "encoder_attn_layer_norm."},
      {"cross_attn.", "encoder_attn."},
      {"attn_ln.", "self_attn_layer_norm."},
      {".attn.", ".self_attn."},
      {"attn.query.", "attn.q_proj."},
      {"attn.key.", "attn.k_proj."},
      {"attn.value.", "attn.v_proj."},
      {"attn.out.", "attn.out_proj."},
      {"mlp_ln.", "final_layer_norm."},
      {"mlp.0.", "fc1."},
      {"mlp.2.", "fc2."},
      {"encoder.ln_post.", "encoder.layer_norm."},
      {"decoder.ln.", "decoder.layer_norm."},
      {"decoder.token_embedding.", "decoder.embed_tokens."},
      {"positional_embedding", "embed_positions.weight"}};
  for (const auto& [from, to] : parts)
    if (const size_t at = name.find(from); at != std::string::npos) name.replace(at, from.size(), to);
  return "model." + name;
}

void read_tensor(GgmlReader& reader, NamedTensors& tensors) {
  const int dimensions = reader.number("number of dimensions", 1, 4);
  const int name_length = reader.number("length of a tensor's name", 1, 256);
  const int type = reader.number("type of a tensor", 0, 1000);
  std::vector<int64_t> shape;
  int64_t count = 1;
  for (int i = 0; i < dimensions; ++i) {
    shape.insert(shape.begin(), reader.number("size of a tensor", 0, 100'000'000));
    count *= shape.front();
    if (count > int64_t{1} << 33) reader.refuse("a tensor is too large", "at most 2^33 numbers", "more");
  }
  const std::string name(reader.take(name_length, "a tensor's name"));
  if (type > 1)
    reader.refuse(fmt::format("tensor {} is quantised", clean_utf8(name)), "weights of type F32 (0) or F16 (1)",
                  fmt::format("type {}", type),
                  "use the unquantised ggml file (ggml-base.bin, without -q5_1 or -q8_0 in its name), or the model's "
                  "Hugging Face "
                  "folder");
  const std::string_view values = reader.take(count * (type == 0 ? 4 : 2), "a tensor's values");
  at::Tensor tensor = at::empty({count}, at::TensorOptions().dtype(type == 0 ? at::kFloat : at::kHalf));
  if (!values.empty()) std::memcpy(tensor.data_ptr(), values.data(), values.size());
  // The convolutions' biases are stored as columns.
  if (name.ends_with(".bias")) shape = {count};
  if (!tensors.emplace(hugging_face_name(name), tensor.view(shape)).second)
    reader.refuse("a tensor is there twice", "each name once", clean_utf8(name));
}

}  // namespace

ModelFiles read_ggml_file(const std::filesystem::path& file) {
  GgmlReader reader(file);
  WhisperConfig config = read_header(reader);
  const int mel_bins = reader.number("number of mel filters", 1, 512);
  const int bins = reader.number("length of a mel filter", 1, 4096);
  reader.take(sizeof(float) * mel_bins * bins, "mel filters");
  const int count = reader.number("number of tokens", 0, config.vocabulary);
  std::vector<std::string> tokens;
  for (int i = 0; i < count; ++i)
    tokens.emplace_back(reader.take(reader.number("length of a token", 0, 4096), "a token"));
  NamedTensors tensors;
  while (!reader.at_end()) read_tensor(reader, tensors);
  WhisperTokenizer tokenizer = WhisperTokenizer::from_tokens(std::move(tokens), config.vocabulary, file);
  // The file has no lists: the reference's own are used (tokenizer.py, non_speech_tokens; decoding.py).
  const WhisperSpecialTokens& special = tokenizer.special();
  config.suppress_tokens = tokenizer.non_speech_tokens();
  for (const int id : {special.transcribe, special.translate, special.start_of_transcript, special.start_of_prev,
                       special.start_of_lm, special.no_speech})
    config.suppress_tokens.push_back(id);
  config.begin_suppress_tokens = tokenizer.encode(" ");
  config.begin_suppress_tokens.push_back(special.end_of_text);
  return {std::move(config), std::move(tensors), std::move(tokenizer), file};
}

}  // namespace foreview
