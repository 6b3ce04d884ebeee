#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace foreview {

/// How one 30 s window is decoded; names and defaults are the reference's (openai/whisper, decoding.py).
struct DecodingOptions {
  std::string task = "transcribe";  // or "translate": into English
  std::string language;             // "en"; empty: detected (multilingual models)
  double temperature = 0;           // 0: the likeliest tokens; above: sampled
  int sample_len = 0;               // most tokens of a window; 0: half of the text context
  int best_of = 1;                  // independent samples when temperature > 0
  int beam_size = 0;                // 0 or 1: greedy
  double patience = 1;              // beams wait for round(beam_size * patience) finished ones (Kasai et al. 2022)
  double length_penalty = -1;       // negative: by length; else Google NMT's alpha (Wu et al. 2016, eq. 14)
  std::vector<int> prompt;          // tokens said before this window
  std::vector<int> prefix;          // tokens that this window's text begins with
  bool suppress_blank = true;       // no empty text at the start
  bool suppress_tokens = true;      // the model's list
  bool without_timestamps = false;
  double max_initial_timestamp = 1;  // seconds; negative: any
  uint64_t seed = 0;                 // of the sampling
};

struct DecodingResult {
  std::string language;               // empty for English-only models
  double language_probability = 0;    // 0 when it was given
  std::vector<int> tokens;            // sampled, without end-of-text
  std::vector<float> token_logprobs;  // greedy only: of each token, and of end-of-text when reached
  std::string text;
  double avg_logprob = 0;     // (sum with end-of-text) / (tokens + 1)
  double no_speech_prob = 0;  // of <|nospeech|> after <|startoftranscript|>
  double temperature = 0;
  double compression_ratio = 1;  // bytes / bytes of zlib: repetitions make it large
};

}  // namespace foreview
