#include <torch/torch.h>

#include <chrono>
#include <optional>
#include <thread>

#include "core/parallel.h"
#include "speech/wav.h"
#include "tensors/one_thread.h"
#include "tensors/tensor_file.h"
#include "whisper/golden.h"
#include "whisper/sound_transcriber.h"
#include "whisper/whisper_log_mel.h"
#include "whisper/whisper_model.h"
#include "whisper/window_decoder.h"

namespace foreview {
namespace {

using testing::read_json;

// One reference folder with everything computed once for all tests.
struct Golden {
  explicit Golden(const std::filesystem::path& folder)
      : model(WhisperModel::load(folder, Device{}, Precision::f32)),
        values(load_tensors(folder / "expected.safetensors")),
        json(read_json(folder / "expected.json")) {
    const Waveform sound = testing::read_wav(folder.parent_path() / "whisper-mini-multilingual" / "jfk.wav");
    samples = sound.samples;
    samples.resize(176000);  // a LIST chunk may stand behind
    mel = whisper_log_mel(samples, 80);
    audio = model.encode(mel.unsqueeze(0), &encoder);
  }

  WhisperModel model;
  NamedTensors values;
  nlohmann::json json;
  std::vector<float> samples;
  at::Tensor mel, audio;
  LayerProbe encoder;
};

double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  EXPECT_EQ(a.sizes(), b.sizes());
  return (a.to(torch::kFloat64) - b.to(torch::kFloat64)).abs().max().item<double>();
}
double relative_difference(const at::Tensor& a, const at::Tensor& b) {
  return largest_difference(a, b) / b.abs().max().item<double>();
}

std::vector<int> ids_of(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.to(torch::kInt32).flatten().contiguous();
  return {flat.data_ptr<int>(), flat.data_ptr<int>() + flat.numel()};
}

class WhisperGolden : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    FOREVIEW_GOLDEN_OR_SKIP(folder, GetParam());
    static std::map<std::string, std::unique_ptr<Golden>> loaded;
    auto& golden = loaded[GetParam()];
    if (!golden) golden = std::make_unique<Golden>(folder);
    golden_ = golden.get();
  }

  DecodingOptions options_of(const nlohmann::json& entry) const {
    const nlohmann::json& given = entry["options"];
    const WhisperTokenizer& tokenizer = golden_->model.tokenizer();
    DecodingOptions options{.task = given["task"],
                            .language = given["language"].is_string() ? given["language"].get<std::string>() : "",
                            .temperature = given["temperature"],
                            .sample_len = given["sample_len"],
                            .beam_size = given.value("beam_size", 0),
                            .patience = given.value("patience", 1.0),
                            .length_penalty = given.value("length_penalty", -1.0),
                            .suppress_blank = given["suppress_blank"],
                            .suppress_tokens = given["suppress_tokens"] == "-1",
                            .without_timestamps = given["without_timestamps"],
                            .max_initial_timestamp = given["max_initial_timestamp"]};
    if (given.contains("prompt")) options.prompt = tokenizer.encode(" " + given["prompt"].get<std::string>());
    if (given.contains("prefix")) options.prefix = tokenizer.encode(" " + given["prefix"].get<std::string>());
    return options;
  }

  Golden* golden_ = nullptr;
};

TEST_P(WhisperGolden, LogMel) {
  if (!golden_->values.contains("mel")) return;  // the English folder has the same sound
  EXPECT_LE(largest_difference(golden_->mel, golden_->values["mel"]), 1e-4);
  EXPECT_LE(largest_difference(whisper_mel_filters(80), golden_->values["mel_filters_80"]), 1e-6);
  EXPECT_LE(largest_difference(whisper_mel_filters(128), golden_->values["mel_filters_128"]), 1e-6);
  const at::Tensor wide = whisper_log_mel(golden_->samples, 128).slice(1, 0, 1176, 25).slice(1, 0, 48);
  EXPECT_LE(largest_difference(wide, golden_->values["mel_128_every_25th_frame"]), 1e-4);
}

TEST_P(WhisperGolden, Encoder) {
  const char* names[] = {"encoder_conv_stem_first8", "encoder_conv_stem_plus_positions_first8", "encoder_layer0_first8",
                         "encoder_layer1_first8"};
  for (size_t i = 0; i < 4; ++i)
    EXPECT_LE(relative_difference(golden_->encoder.outputs[i].slice(1, 0, 8), golden_->values[names[i]]), 1e-3)
        << names[i];
  if (golden_->values.contains("encoder_output")) {
    EXPECT_LE(relative_difference(golden_->audio, golden_->values["encoder_output"]), 1e-3);
  } else {
    EXPECT_LE(relative_difference(golden_->audio.slice(1, 0, 8), golden_->values["encoder_output_first8"]), 1e-3);
    EXPECT_LE(relative_difference(golden_->audio.slice(1, 1492), golden_->values["encoder_output_last8"]), 1e-3);
  }
}

TEST_P(WhisperGolden, Decoder) {
  const std::vector<int> tokens = ids_of(golden_->values["decoder_tokens"]);
  DecoderState state = golden_->model.start(golden_->audio);
  LayerProbe probe;
  const at::Tensor logits = golden_->model.decode(state, tokens, false, &probe);
  const char* names[] = {"decoder_layer0", "decoder_layer1", "decoder_layer_norm"};
  for (size_t i = 0; i < 3; ++i)
    EXPECT_LE(relative_difference(probe.outputs[i], golden_->values[names[i]]), 1e-3) << names[i];
  EXPECT_LE(relative_difference(logits, golden_->values["logits"]), 1e-3);
}

TEST_P(WhisperGolden, TokenByTokenGivesTheSameLogits) {
  DecoderState state = golden_->model.start(golden_->audio);
  at::Tensor logits;
  for (const int token : ids_of(golden_->values["long_tokens"]))
    logits = golden_->model.decode(state, std::vector<int>{token});
  EXPECT_LE(relative_difference(logits.flatten(), golden_->values["long_last_logits"].flatten()), 1e-3);
  DecoderState at_once = golden_->model.start(golden_->audio);
  logits = golden_->model.decode(at_once, ids_of(golden_->values["long_tokens"]));
  EXPECT_LE(relative_difference(logits.flatten(), golden_->values["long_last_logits"].flatten()), 1e-3);
}

TEST_P(WhisperGolden, LanguageDetection) {
  if (!golden_->json.contains("language_detection")) return;
  const auto found = detect_language(golden_->model, golden_->audio);
  const nlohmann::json& wanted = golden_->json["language_detection"]["top5"];
  for (size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(found[i].first, wanted[i]["language"]);
    EXPECT_NEAR(found[i].second, wanted[i]["probability"].get<double>(), 1e-3);
  }
}

TEST_P(WhisperGolden, DecodedTokensAreIdentical) {
  for (const auto& [name, entry] : golden_->json["decode"].items()) {
    const DecodingOptions options = options_of(entry);
    const DecodingResult result = decode_window(golden_->model, golden_->audio, options);
    EXPECT_EQ(initial_tokens(golden_->model, options, result.language), entry["initial_tokens"].get<std::vector<int>>())
        << name;
    EXPECT_EQ(result.tokens, entry["tokens"].get<std::vector<int>>()) << name;
    EXPECT_EQ(result.text, entry["text"]) << name;
    EXPECT_NEAR(result.avg_logprob, entry["avg_logprob"].get<double>(), 2e-3) << name;
    EXPECT_NEAR(result.no_speech_prob, entry["no_speech_prob"].get<double>(), 1e-3) << name;
    EXPECT_NEAR(result.compression_ratio, entry["compression_ratio"].get<double>(), 1e-6) << name;
    if (!entry.contains("token_logprobs")) continue;
    const auto logprobs = entry["token_logprobs"].get<std::vector<double>>();
    ASSERT_EQ(result.token_logprobs.size(), logprobs.size()) << name;
    for (size_t i = 0; i < logprobs.size(); ++i) EXPECT_NEAR(result.token_logprobs[i], logprobs[i], 2e-3) << name;
  }
}

TEST_P(WhisperGolden, SoundsSideBySideGetTheTokensTheyGetAlone) {
  SideBySide beside(golden_->model, 2);
  std::vector<nlohmann::json> entries;
  for (const auto& [name, entry] : golden_->json["decode"].items()) entries.push_back(entry);
  std::vector<DecodingResult> results(entries.size());
  for_each_parallel(entries.size(), static_cast<int>(entries.size()), [&](size_t i, int) {
    const OneTorchThread one_thread;
    results[i] = decode_window(golden_->model, golden_->audio, options_of(entries[i]), &beside);
  });
  for (size_t i = 0; i < entries.size(); ++i)
    EXPECT_EQ(results[i].tokens, entries[i]["tokens"].get<std::vector<int>>()) << entries[i].dump();

  const std::vector<std::array<double, 2>> voiced = {{0, 60}};
  const std::span<const float> whole(golden_->samples);
  const auto transcribe = [&](size_t i, SideBySide* others) {
    return transcribe_sound(golden_->model, whole.subspan(i * 16000), voiced, {}, {}, others);
  };
  std::vector<WhisperTranscription> together(3);
  for_each_parallel(3, 3, [&](size_t i, int) { together[i] = transcribe(i, &beside); });
  for (size_t i = 0; i < together.size(); ++i) {
    const WhisperTranscription alone = transcribe(i, nullptr);
    EXPECT_EQ(together[i].audio.values, alone.audio.values);
    ASSERT_EQ(together[i].windows.size(), alone.windows.size());
    for (size_t w = 0; w < alone.windows.size(); ++w)
      EXPECT_EQ(together[i].windows[w].result.tokens, alone.windows[w].result.tokens);
  }
}

TEST_P(WhisperGolden, WhoLeavesIsWaitedForNoMore) {
  SideBySide beside(golden_->model, 1);
  const auto decode = [&] {
    return decode_window(golden_->model, golden_->audio, {.language = "en", .sample_len = 20}, &beside).tokens;
  };
  const std::vector<int> alone = decode();
  std::vector<int> found;
  std::optional<SideBySide::Decoder> other(std::in_place, beside);
  std::thread decoding([&] { found = decode(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  other.reset();
  decoding.join();
  EXPECT_EQ(found, alone);
}

INSTANTIATE_TEST_SUITE_P(Mini, WhisperGolden, ::testing::Values("whisper-mini-multilingual", "whisper-mini-en"),
                         [](const auto& info) { return std::string(info.index == 0 ? "Multilingual" : "English"); });

}  // namespace
}  // namespace foreview
