#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace foreview {

/// Shapes and decoding lists of a Whisper model, under the names of the paper (Radford et al. 2022, section 2.2).
struct WhisperConfig {
  int mel_bins = 80;
  int audio_context = 1500;  // encoder positions of one 30 s window
  int text_context = 448;    // most tokens of one window, prompt included
  int width = 0;             // of all hidden states
  int encoder_layers = 0, encoder_heads = 0, encoder_inner = 0;
  int decoder_layers = 0, decoder_heads = 0, decoder_inner = 0;
  int vocabulary = 0;
  std::vector<int> suppress_tokens;        // never sampled
  std::vector<int> begin_suppress_tokens;  // not sampled first

  int window_frames() const { return 2 * audio_context; }  // log-mel frames of 10 ms
  int window_samples() const { return window_frames() * 160; }
};

/// config.json and, when there, generation_config.json of a Hugging Face folder. Throws Error naming the file, with
/// expected and got.
WhisperConfig read_whisper_config(const std::filesystem::path& folder);

/// Throws Error naming `file` for shapes that no Whisper has: guards memory before anything is made.
void check_whisper_config(const WhisperConfig& config, const std::filesystem::path& file);

}  // namespace foreview
