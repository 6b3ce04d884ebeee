#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tensors/device.h"
#include "tensors/precision.h"
#include "whisper/whisper_config.h"
#include "whisper/whisper_tokenizer.h"

namespace foreview {

struct TransformerWeights;
class TensorPool;

/// What the decoder has computed for the tokens so far, and the keys and values of the encoder's states.
struct DecoderState {
  int64_t length = 0;                                // tokens of each row so far
  int64_t audio_positions = 0;                       // of the encoder's states
  // A layer's keys are [rows, heads, head_width, room], its values [rows, heads, room, head_width]; of the cross
  // attention [audios, ...]. There is room for a few more than are used.
  std::vector<at::Tensor> keys, values, cross_keys, cross_values;

  int64_t rows() const { return keys.front().size(0); }
};

/// What tests look at inside a pass.
struct LayerProbe {
  std::vector<at::Tensor> outputs;  // after the stem, after positions, after each layer (decoder: layers, last norm)
};

/// A Whisper model (Radford et al. 2022): encoder and decoder with key and value caches. Thread-safe once loaded.
class WhisperModel {
 public:
  /// `path`: a Hugging Face folder or a ggml file; bf16 moves logits by some 1e-2 of their range. Throws Error in one line
  /// with expected and got.
  static WhisperModel load(const std::filesystem::path& path, const Device& device, Precision precision);

  WhisperModel(WhisperModel&&) noexcept;
  WhisperModel& operator=(WhisperModel&&) noexcept;
  ~WhisperModel();

  const WhisperConfig& config() const { return config_; }
  const WhisperTokenizer& tokenizer() const { return *tokenizer_; }

  /// log_mel: [windows, mel_bins, 2 * audio_context]. Returns [windows, audio_context, width].
  at::Tensor encode(const at::Tensor& log_mel, LayerProbe* probe = nullptr) const;

  /// audio: [audios, audio_context, width]; each gets `rows_each` rows of tokens that are decoded together.
  DecoderState start(const at::Tensor& audio, int64_t rows_each = 1) const;
  /// tokens: as many for each row, row after row. Returns the logits after each token, [rows, count, vocabulary] f32
  /// on the CPU, or those after the last alone ([rows, 1, vocabulary]).
  at::Tensor decode(DecoderState& state, std::span<const int> tokens, bool last_only = true,
                    LayerProbe* probe = nullptr) const;
  /// One more token for each row of each state: [rows of all, 1, vocabulary]. The weights are read once.
  at::Tensor decode_together(std::span<DecoderState* const> states, std::span<const int> tokens) const;
  /// Row i goes on from what row `from[i]` was; the number of rows may change (with one audio).
  void reorder(DecoderState& state, std::span<const int64_t> from) const;

 private:
  WhisperModel();

  WhisperConfig config_;
  std::unique_ptr<WhisperTokenizer> tokenizer_;
  std::unique_ptr<TransformerWeights> weights_;
  std::unique_ptr<TensorPool> encoder_memory_, decoder_memory_;
  Device device_;
};

}  // namespace foreview
