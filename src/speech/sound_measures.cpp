#include "speech/sound_measures.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "core/hash.h"
#include "foreview/error.h"
#include "speech/log_mel.h"
#include "tensors/one_thread.h"

namespace foreview {
namespace {

constexpr int sample_rate = 16000;                              // samples per second
constexpr int64_t window = 1024, hop = 512, most_frames = 512;  // samples; frames transformed at a time
constexpr double lowest = 60;                                   // Hz; below it hum and rumble would pass for the sound
constexpr double reference = 55;                                // Hz, the note A1
constexpr int64_t shortest_period = 20, longest_period = 200;   // samples
constexpr float silence = -7;                                   // bel of full scale

struct FrameValues {
  std::vector<float> loudness, flatness, harmonicity, pitch;
};

void append(const at::Tensor& values, std::vector<float>& to) {
  const at::Tensor plain = values.to(torch::kFloat32).contiguous();
  to.insert(to.end(), plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel());
}

/// frames: [count, window] f32
void add_frames(const at::Tensor& frames, FrameValues& values) {
  const at::Tensor loudness = torch::log10(frames.square().mean(1) + 1e-9);
  const at::Tensor spectrum = torch::fft_rfft(frames * torch::hann_window(window));
  const at::Tensor power = torch::real(spectrum * torch::conj(spectrum)) + 1e-10;
  const auto first = static_cast<int64_t>(std::ceil(lowest * window / sample_rate));
  const at::Tensor heard = power.slice(1, first);
  const at::Tensor correlation = torch::fft_irfft(power);
  const at::Tensor periods = correlation.slice(1, shortest_period, longest_period) / correlation.slice(1, 0, 1);
  const double hertz_a_bin = static_cast<double>(sample_rate) / window;
  append(loudness, values.loudness);
  append(torch::log(heard).mean(1) - torch::log(heard.mean(1)), values.flatness);
  append(periods.amax(1).clamp(0, 1), values.harmonicity);
  append(torch::log2((heard.argmax(1) + first) * hertz_a_bin / reference), values.pitch);
}

float quantile(std::vector<float> values, double share) {
  if (values.empty()) return 0;
  const auto place = values.begin() + std::lround(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, place);
  return *place;
}

/// Values of the frames that are louder than silence and no louder than `most`.
std::vector<float> heard(const std::vector<float>& values, const std::vector<float>& loudness, float most) {
  std::vector<float> kept;
  for (size_t frame = 0; frame < values.size(); ++frame)
    if (loudness[frame] > silence && loudness[frame] <= most) kept.push_back(values[frame]);
  return kept;
}

}  // namespace

const std::vector<std::string>& sound_measure_names() {
  static const std::vector<std::string> names = {"loudness_upper", "flatness", "harmonicity_lower", "strongest_partial",
                                                 "quiet_partial"};
  return names;
}

std::vector<float> sound_measures(const Waveform& waveform) {
  if (waveform.sample_rate != sample_rate)
    throw Error({.problem = "sound measures got sound at another rate",
                 .expected = "16000 samples per second",
                 .got = std::to_string(waveform.sample_rate)});
  if (waveform.samples.empty()) return {};
  const torch::NoGradGuard no_gradients;
  const OneTorchThread one_thread;  // sums taken by several threads would differ in their last bits
  std::vector<float> samples = clean_samples(waveform.samples, window);
  const at::Tensor frames =
      torch::from_blob(samples.data(), {static_cast<int64_t>(samples.size())}).unfold(0, window, hop);
  FrameValues values;
  for (int64_t from = 0; from < frames.size(0); from += most_frames)
    add_frames(frames.slice(0, from, std::min(frames.size(0), from + most_frames)), values);
  const float loudest = quantile(values.loudness, 1),
              middle = quantile(heard(values.loudness, values.loudness, loudest), 0.5);
  const auto of_heard = [&](const std::vector<float>& of, float most, double share) {
    return quantile(heard(of, values.loudness, most), share);
  };
  return {quantile(values.loudness, 0.9), of_heard(values.flatness, loudest, 0.5),
          of_heard(values.harmonicity, loudest, 0.1), of_heard(values.pitch, loudest, 0.5),
          of_heard(values.pitch, middle, 0.5)};
}

std::string sound_measures_fingerprint() {
  std::string text = "sound measures 2:";
  for (const std::string& name : sound_measure_names()) text += " " + name;
  return fingerprint(text);
}

}  // namespace foreview
