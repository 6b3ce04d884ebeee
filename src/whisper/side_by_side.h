#pragma once

#include <ATen/core/Tensor.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <span>
#include <vector>

#include "whisper/whisper_model.h"

namespace foreview {

/// Sounds that are transcribed beside each other with one model, each on a thread of its own. Few encoder passes run at
/// a time; decoders take their steps together, so that the weights are read once for all rows. On the CPU no sound's
/// result depends on what stands beside it.
class SideBySide {
 public:
  /// `encoders`: passes at a time.
  SideBySide(const WhisperModel& model, int encoders) : model_(model), free_encoders_(encoders) {}

  at::Tensor encode(const at::Tensor& log_mel);

  /// While one lives, the others' steps wait for its next.
  class Decoder {
   public:
    explicit Decoder(SideBySide& all);
    ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;
    /// Logits after one more token for each row, [rows, 1, vocabulary].
    at::Tensor step(DecoderState& state, std::span<const int> tokens);

   private:
    SideBySide& all_;
  };

 private:
  struct Request {
    DecoderState* state;
    std::span<const int> tokens;
    at::Tensor logits = {};
    std::exception_ptr error = {};
    bool done = false;
  };
  void step_when_all_wait();

  const WhisperModel& model_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int free_encoders_;
  size_t decoders_ = 0;
  std::vector<Request*> waiting_;
};

}  // namespace foreview
