#include "whisper/golden.h"
#include "whisper/whisper_tokenizer.h"

namespace foreview {
namespace {

using testing::read_json;

class TokenizerGolden : public ::testing::Test {
 protected:
  void SetUp() override {
    FOREVIEW_GOLDEN_OR_SKIP(folder, "tokenizer-whisper");
    static const nlohmann::json cases = read_json(folder / "cases.json");
    static const WhisperTokenizer multilingual =
        WhisperTokenizer::load(folder.parent_path() / "whisper-mini-multilingual", 51865);
    static const WhisperTokenizer en = WhisperTokenizer::load(folder.parent_path() / "whisper-mini-en", 51864);
    cases_ = &cases;
    tokenizers_ = {{"multilingual", &multilingual}, {"en", &en}};
  }

  const nlohmann::json* cases_ = nullptr;
  std::map<std::string, const WhisperTokenizer*> tokenizers_;
};

TEST_F(TokenizerGolden, EncodesAllCases) {
  for (const auto& one : (*cases_)["cases"])
    for (const auto& [name, tokenizer] : tokenizers_) {
      const auto ids = one[name].get<std::vector<int>>();
      EXPECT_EQ(tokenizer->encode(one["text"].get<std::string>()), ids) << one["text"];
      EXPECT_EQ(tokenizer->decode(ids), one["decoded"]);
    }
}

TEST_F(TokenizerGolden, DecodesBrokenUtf8) {
  for (const auto& one : (*cases_)["decode_cases"]) {
    const WhisperTokenizer& tokenizer = *tokenizers_.at(one["vocab"]);
    const auto ids = one["ids"].get<std::vector<int>>();
    EXPECT_EQ(tokenizer.decode_with_timestamps(ids), one["text"]) << one["note"];
    std::string hex;
    for (const unsigned char byte : tokenizer.raw_bytes(ids)) {
      char digits[3];
      std::snprintf(digits, sizeof digits, "%02x", byte);
      hex += digits;
    }
    EXPECT_EQ(hex, one["bytes_hex"]);
  }
}

TEST_F(TokenizerGolden, SpecialSpellings) {
  for (const auto& one : (*cases_)["special_text_cases"]) {
    const WhisperTokenizer& tokenizer = *tokenizers_.at(one["vocab"]);
    const std::string text = one["text"];
    EXPECT_EQ(tokenizer.encode(text), one["ids_as_ordinary_text"].get<std::vector<int>>());
    EXPECT_EQ(tokenizer.encode_with_special_tokens(text), one["ids_all_special_allowed"].get<std::vector<int>>())
        << text;
  }
}

TEST_F(TokenizerGolden, TimestampsAreDroppedOrSpelt) {
  for (const auto& one : (*cases_)["timestamp_decode_cases"]) {
    const WhisperTokenizer& tokenizer = *tokenizers_.at(one["vocab"]);
    const auto ids = one["ids"].get<std::vector<int>>();
    EXPECT_EQ(tokenizer.decode(ids), one["decode"]);
    EXPECT_EQ(tokenizer.decode_with_timestamps(ids), one["decode_with_timestamps"]);
  }
}

TEST_F(TokenizerGolden, NonSpeechTokens) {
  for (const auto& [name, tokenizer] : tokenizers_)
    EXPECT_EQ(tokenizer->non_speech_tokens(),
              (*cases_)["vocabularies"][name]["non_speech_tokens"].get<std::vector<int>>());
}

TEST_F(TokenizerGolden, TokensAloneAreEnough) {
  // ggml files hold the tokens' bytes in the order of their ranks, and no merges.
  std::vector<std::string> tokens;
  for (int id = 0; id < 50257; ++id) tokens.push_back(tokenizers_["multilingual"]->raw_bytes(std::vector<int>{id}));
  const WhisperTokenizer ranks = WhisperTokenizer::from_tokens(tokens, 51865, "tokens.bin");
  for (const auto& one : (*cases_)["cases"])
    EXPECT_EQ(ranks.encode(one["text"].get<std::string>()), one["multilingual"].get<std::vector<int>>());
  EXPECT_EQ(ranks.special().languages, tokenizers_["multilingual"]->special().languages);
  EXPECT_EQ(ranks.special().timestamp_begin, 50364);
}

}  // namespace
}  // namespace foreview
