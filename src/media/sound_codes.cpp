#include "media/sound_codes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>

extern "C" {
#include <libavutil/mem.h>
#include <libavutil/tx.h>
}

#include "foreview/error.h"
#include "media/ffmpeg_handles.h"

namespace foreview {
namespace {

constexpr int window = 2048, hop = 1024, bands = sound_code_bits + 1;  // samples
constexpr double lowest = 300, highest = 3000;                         // Hz
constexpr double silence = 1e-4;                                       // root mean square of samples in -1 to 1

/// Power spectrum of windows of real samples.
class Spectrum {
 public:
  Spectrum() {
    const float scale = 1;
    AVTXContext* context = nullptr;
    if (av_tx_init(&context, &transform_, AV_TX_FLOAT_RDFT, 0, window, &scale, 0) < 0)
      throw Error(
          {.problem = "the FFmpeg library offers no Fourier transform", .advice = "install another version of it"});
    context_.reset(context);
    in_.reset(static_cast<float*>(av_malloc(sizeof(float) * window)));
    out_.reset(static_cast<AVComplexFloat*>(av_malloc(sizeof(AVComplexFloat) * (window / 2 + 1))));
  }

  /// [bands]
  std::array<double, bands> band_energies(const float* samples, int sample_rate) {
    for (int i = 0; i < window; ++i)
      in_.get()[i] = samples[i] * static_cast<float>(0.5 - 0.5 * std::cos(2 * std::numbers::pi * i / window));
    transform_(context_.get(), out_.get(), in_.get(), sizeof(float));
    std::array<double, bands> energies{};
    for (int bin = 1; bin < window / 2; ++bin) {
      const double frequency = static_cast<double>(bin) * sample_rate / window;
      const auto band = static_cast<int>(std::floor(std::log(frequency / lowest) / std::log(highest / lowest) * bands));
      if (band < 0 || band >= bands) continue;
      const AVComplexFloat& value = out_.get()[bin];
      energies[band] += static_cast<double>(value.re) * value.re + static_cast<double>(value.im) * value.im;
    }
    return energies;
  }

 private:
  struct Free {
    void operator()(void* memory) const { av_free(memory); }
  };
  std::unique_ptr<AVTXContext, FreeByAddress<av_tx_uninit>> context_;
  av_tx_fn transform_ = nullptr;
  std::unique_ptr<float, Free> in_;
  std::unique_ptr<AVComplexFloat, Free> out_;
};

bool is_silent(const float* samples) {
  double squares = 0;
  for (int i = 0; i < window; ++i) squares += static_cast<double>(samples[i]) * samples[i];
  return std::sqrt(squares / window) < silence;
}

}  // namespace

std::vector<int32_t> sound_codes(const Waveform& waveform) {
  std::vector<int32_t> codes;
  if (waveform.samples.size() < window) return codes;
  Spectrum spectrum;
  std::array<double, bands> before{};
  for (size_t at = 0; at + window <= waveform.samples.size(); at += hop) {
    const float* samples = waveform.samples.data() + at;
    const auto now = spectrum.band_energies(samples, waveform.sample_rate);
    int32_t code = 0;
    for (int band = 0; band + 1 < bands; ++band)
      code = code << 1 | ((now[band] - now[band + 1]) > (before[band] - before[band + 1]));
    codes.push_back(at == 0 || is_silent(samples) ? -1 : code);
    before = now;
  }
  return codes;
}

}  // namespace foreview
