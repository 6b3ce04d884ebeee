#include "media/audio_decoder.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>
#include <cmath>
#include <string>

#include "foreview/error.h"

namespace foreview {
namespace {

constexpr int kSampleRate = 16000;  // samples per second, what speech models take
constexpr int kLeastRate = 1000, kMostRate = 768000;
constexpr int kMostChannels = 64;         // libswresample's own limit
constexpr double kGapWorthFilling = 0.1;  // seconds; smaller steps are rounding of timestamps

}  // namespace

AudioDecoder::AudioDecoder(const AVStream& stream, const SamplingOptions& options)
    : TrackDecoder(stream, "audio", 1),
      most_samples_(static_cast<size_t>(std::ceil(std::max(options.most_seconds, 0.001) * kSampleRate))) {}

void AudioDecoder::start_resampler(const AVFrame& frame) {
  const int channels = frame.ch_layout.nb_channels;
  if (channels < 1 || channels > kMostChannels || frame.sample_rate < kLeastRate || frame.sample_rate > kMostRate)
    throw Error({.problem = "sound of this kind cannot be converted",
                 .got = std::to_string(channels) + " channels at " + std::to_string(frame.sample_rate) + " Hz"});
  // What the channels are called does not matter for their average: any layout with as many will do.
  AVChannelLayout from{}, mono{};
  av_channel_layout_from_mask(&from, ~uint64_t{0} >> (64 - channels));
  av_channel_layout_default(&mono, 1);
  SwrContext* context = nullptr;
  int code = swr_alloc_set_opts2(&context, &mono, AV_SAMPLE_FMT_FLT, kSampleRate, &from,
                                 static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
  resampler_.reset(context);
  const std::vector<double> average(channels, 1.0 / channels);
  if (code >= 0) code = swr_set_matrix(context, average.data(), channels);
  if (code >= 0) {
    av_opt_set_sample_fmt(context, "internal_sample_fmt", AV_SAMPLE_FMT_FLTP, 0);
    av_opt_set_int(context, "linear_interp", 1, 0);
    av_opt_set_int(context, "exact_rational", 1, 0);
    code = swr_init(context);
  }
  if (code < 0) throw Error({.problem = "sound of this kind cannot be converted", .got = ffmpeg_error_text(code)});
  format_ = frame.format;
  channels_ = channels;
  sample_rate_ = frame.sample_rate;
}

void AudioDecoder::take(AVFrame& frame) {
  if (frame.nb_samples <= 0) return;
  if (frame.format != format_ || frame.ch_layout.nb_channels != channels_ || frame.sample_rate != sample_rate_) {
    if (resampler_) resample(nullptr, 0);
    start_resampler(frame);
  }
  fill_gap(frame);
  resample(frame.extended_data, frame.nb_samples);
}

void AudioDecoder::fill_gap(const AVFrame& frame) {
  const double seconds = static_cast<double>(frame.nb_samples) / frame.sample_rate;
  const std::optional<double> time = time_of(frame);
  if (!first_time_) {
    first_time_ = time.value_or(0);
    next_time_ = *first_time_;
  }
  const double gap = time ? *time - next_time_ : 0;
  if (gap > kGapWorthFilling) {
    resample(nullptr, 0);
    const double filled = std::min(gap * kSampleRate, static_cast<double>(most_samples_ - samples_.size()));
    samples_.resize(samples_.size() + static_cast<size_t>(std::lround(filled)), 0.0F);
    decoded_samples_ = samples_.size();
    next_time_ = *time;
    start_resampler(frame);
  }
  next_time_ += seconds;
}

void AudioDecoder::resample(const uint8_t* const* input, int count) {
  const int most = swr_get_out_samples(resampler_.get(), count);
  if (most < 0) throw Error({.problem = "sound cannot be resampled", .got = ffmpeg_error_text(most)});
  std::vector<float> made(static_cast<size_t>(most) + 1);
  auto* to = reinterpret_cast<uint8_t*>(made.data());
  const int got =
      swr_convert(resampler_.get(), &to, static_cast<int>(made.size()), const_cast<const uint8_t**>(input), count);
  if (got < 0) throw Error({.problem = "sound cannot be resampled", .got = ffmpeg_error_text(got)});
  made.resize(std::min(static_cast<size_t>(got), most_samples_ - std::min(most_samples_, samples_.size())));
  for (float& sample : made)
    if (!std::isfinite(sample)) sample = 0;
  samples_.insert(samples_.end(), made.begin(), made.end());
  decoded_samples_ = samples_.size();
  has_samples_ = has_samples_ || !samples_.empty();
}

void AudioDecoder::take_end() {
  if (resampler_) resample(nullptr, 0);
}

double AudioDecoder::decoded_seconds() const { return static_cast<double>(decoded_samples_) / kSampleRate; }

}  // namespace foreview
