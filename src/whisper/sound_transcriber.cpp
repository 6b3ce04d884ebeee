#include "whisper/sound_transcriber.h"

#include <torch/torch.h>

#include <algorithm>
#include <map>
#include <optional>

#include "tensors/one_thread.h"
#include "whisper/whisper_log_mel.h"
#include "whisper/window_decoder.h"

namespace foreview {
namespace {

constexpr int64_t samples_a_frame = 160, frames_a_position = 2;
constexpr int64_t positions_a_segment = 100;  // 2 s

/// Means of encoder states over 2 s; where windows overlap, a moment counts as the first window saw it.
class StatePool {
 public:
  /// states: [positions, width] f32 of the window that starts at `first`; `positions` of them lie within the sound.
  void add(const at::Tensor& states, int64_t first, int64_t positions) {
    for (int64_t at = std::max(first, covered_); at < first + positions;) {
      const int64_t segment = at / positions_a_segment;
      const int64_t end = std::min(first + positions, (segment + 1) * positions_a_segment);
      const at::Tensor sum = states.slice(0, at - first, end - first).sum(0);
      auto& [total, count] = sums_[segment];
      total = count ? total + sum : sum;
      count += end - at;
      at = end;
    }
    covered_ = std::max(covered_, first + positions);
  }

  TimedVectors means(double duration) const {
    TimedVectors vectors;
    for (const auto& [segment, sum] : sums_) {
      const at::Tensor mean = (sum.first / static_cast<double>(sum.second)).contiguous();
      vectors.dimension = static_cast<int>(mean.numel());
      vectors.values.insert(vectors.values.end(), mean.data_ptr<float>(), mean.data_ptr<float>() + mean.numel());
      const double start = static_cast<double>(segment) * 2;
      vectors.spans.push_back({start, std::min(start + 2, duration)});
    }
    return vectors;
  }

 private:
  std::map<int64_t, std::pair<at::Tensor, int64_t>> sums_;
  int64_t covered_ = 0;
};

class ModelWindows : public WindowTranscriber {
 public:
  ModelWindows(const WhisperModel& model, std::span<const float> samples, SideBySide* beside)
      : model_(model), samples_(samples), beside_(beside) {}

  DecodingResult decode(int64_t seek, const DecodingOptions& options) override {
    if (seek != encoded_) encode(seek);
    return decode_window(model_, audio_, options, beside_);
  }
  std::string text_of(const std::vector<int>& tokens) const override { return model_.tokenizer().decode(tokens); }
  int timestamp_begin() const override { return model_.tokenizer().special().timestamp_begin; }
  int end_of_text() const override { return model_.tokenizer().special().end_of_text; }
  int64_t window_frames() const override { return model_.config().window_frames(); }

  const StatePool& pool() const { return pool_; }

 private:
  void encode(int64_t seek) {
    const torch::NoGradGuard no_grad;
    const auto rest = samples_.subspan(std::min(samples_.size(), static_cast<size_t>(seek * samples_a_frame)));
    const at::Tensor mel = log_mel(rest);
    audio_ = beside_ ? beside_->encode(mel.unsqueeze(0)) : model_.encode(mel.unsqueeze(0));
    encoded_ = seek;
    const auto frames = std::min<int64_t>(window_frames(), static_cast<int64_t>(rest.size()) / samples_a_frame);
    const OneTorchThread one_thread;  // the library's sums would depend on how many there are
    pool_.add(audio_[0].to(at::Device("cpu"), torch::kFloat32), seek / frames_a_position, frames / frames_a_position);
  }

  at::Tensor log_mel(std::span<const float> samples) const {
    const OneTorchThread one_thread;
    return whisper_log_mel(samples, model_.config().mel_bins, static_cast<int>(window_frames()));
  }

  const WhisperModel& model_;
  std::span<const float> samples_;
  SideBySide* beside_;
  at::Tensor audio_;
  int64_t encoded_ = -1;
  StatePool pool_;
};

}  // namespace

WhisperTranscription transcribe_sound(const WhisperModel& model, std::span<const float> samples,
                                      const std::vector<std::array<double, 2>>& voiced, const LongFormOptions& options,
                                      const std::function<void(const WhisperWindow&)>& on_window,
                                      SideBySide* beside) {
  std::optional<OneTorchThread> one_thread;  // the sounds fill the processors
  if (beside) one_thread.emplace();
  ModelWindows windows(model, samples, beside);
  WhisperTranscription transcription;
  const auto frames = static_cast<int64_t>((samples.size() + samples_a_frame - 1) / samples_a_frame);
  transcribe_long_form(windows, frames, voiced, options, [&](const WhisperWindow& window) {
    if (transcription.language.empty()) transcription.language = window.result.language;
    transcription.windows.push_back(window);
    if (on_window) on_window(window);
  });
  if (!model.tokenizer().is_multilingual()) transcription.language = "en";
  transcription.audio = windows.pool().means(static_cast<double>(samples.size()) / 16000);
  return transcription;
}

}  // namespace foreview
