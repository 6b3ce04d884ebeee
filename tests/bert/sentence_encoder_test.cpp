#include "bert/sentence_encoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "bert/tiny_bert.h"
#include "foreview/error.h"

namespace foreview {
namespace {

using testing::TinyBert;

using Ids = std::vector<int>;

TEST(SentenceEncoder, UnknownPiecesMakeTheWordUnknown) {
  TinyBert tiny;
  const SentenceEncoder encoder(tiny.write(), Device{});
  EXPECT_EQ(encoder.token_ids("Hello"), (Ids{2, 4, 5, 3}));
  EXPECT_EQ(encoder.token_ids("helworld"), (Ids{2, 1, 3}));  // "##world" is not there, so "hel" does not count
  EXPECT_EQ(encoder.token_ids("hel" + std::string(100, 'x') + " world"), (Ids{2, 1, 6, 3}));
  EXPECT_EQ(encoder.token_ids(""), (Ids{2, 3}));
  EXPECT_EQ(encoder.token_ids("H\xC3\xA9llo \xFFworld"), (Ids{2, 4, 5, 6, 3}));
}

TEST(SentenceEncoder, LongTextsKeepTheirFirstPieces) {
  TinyBert tiny;
  const SentenceEncoder encoder(tiny.write(), Device{});
  EXPECT_EQ(encoder.token_ids("world world world world world world hello hello"), (Ids{2, 6, 6, 6, 6, 6, 6, 3}));
}

TEST(SentenceEncoder, CasedModelsKeepCaseAndAccents) {
  TinyBert tiny;
  const auto folder = tiny.write();
  write_file_atomically(folder / "tokenizer_config.json", R"({"do_lower_case": false})");
  const SentenceEncoder encoder(folder, Device{});
  EXPECT_EQ(encoder.token_ids("World world w\xC3\xB6rld"), (Ids{2, 1, 6, 1, 3}));
}

TEST(SentenceEncoder, PaddingChangesNothing) {
  for (const char* mode : {"pooling_mode_mean_tokens", "pooling_mode_max_tokens", "pooling_mode_cls_token"}) {
    TinyBert tiny;
    tiny.pooling = {{mode, true}};
    const SentenceEncoder encoder(tiny.write(), Device{});
    const auto alone = encoder.encode({"hello"})[0];
    const auto padded = encoder.encode({"world hello world hello", "hello"})[1];
    ASSERT_EQ(alone.size(), 4u);
    for (size_t i = 0; i < alone.size(); ++i) EXPECT_NEAR(alone[i], padded[i], 1e-6) << mode;
  }
}

TEST(SentenceEncoder, PoolingsAreConcatenated) {
  TinyBert tiny;
  tiny.pooling = {{"pooling_mode_mean_tokens", true}, {"pooling_mode_cls_token", true}};
  const SentenceEncoder encoder(tiny.write(), Device{});
  EXPECT_EQ(encoder.dimension(), 8);
  EXPECT_EQ(encoder.encode({"hello"})[0].size(), 8u);
}

std::string refusal(const std::function<void(TinyBert&)>& spoil) {
  TinyBert tiny;
  spoil(tiny);
  try {
    SentenceEncoder(tiny.write(), Device{});
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    return text;
  }
  return "accepted";
}

TEST(SentenceEncoder, BadFoldersAreRefusedInOneLine) {
  const auto says = [](const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  says(refusal([](TinyBert& t) { t.weights.tensors.erase("encoder.layer.0.output.dense.bias"); }), "is missing");
  says(refusal([](TinyBert& t) { t.matrix("encoder.layer.0.output.dense.weight", {8, 4}); }), "another shape");
  says(refusal([](TinyBert& t) { t.matrix("embeddings.LayerNorm.bias", {4}, NAN); }), "damaged");
  says(refusal([](TinyBert& t) { t.vocabulary += "more\n"; }), "another size");
  says(refusal([](TinyBert& t) { t.vocabulary = "[PAD]\n[UNK]\nCLS\n[SEP]\nhel\n##lo\nworld\n"; }), "special token");
  says(refusal([](TinyBert& t) { t.config["model_type"] = "roberta"; }), "another kind of model");
  says(refusal([](TinyBert& t) { t.config["num_attention_heads"] = 3; }), "do not divide");
  says(refusal([](TinyBert& t) { t.config["hidden_size"] = "4"; }), "not usable");
  says(refusal([](TinyBert& t) { t.pooling = {{"pooling_mode_lasttoken", true}}; }), "another kind of pooling");
  says(refusal([](TinyBert& t) { t.modules[1]["path"] = "../elsewhere"; }), "lies elsewhere");
  says(refusal([](TinyBert& t) { t.modules[1]["type"] = "sentence_transformers.models.Dense"; }), "another kind");
  says(refusal([](TinyBert& t) { t.modules = nlohmann::json::object(); }), "no list of modules");
}

TEST(SentenceEncoder, NoFolderIsAUsageError) {
  try {
    SentenceEncoder("/nowhere", Device{});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
  }
}

}  // namespace
}  // namespace foreview
