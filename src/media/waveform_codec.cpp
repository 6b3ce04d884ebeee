#include "media/waveform_codec.h"

#include <FLAC/stream_decoder.h>
#include <FLAC/stream_encoder.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>

#include "foreview/error.h"

namespace foreview {
namespace {

constexpr float kScale = 32768;  // one step of 16 bits

template <auto free_function>
struct Free {
  template <class T>
  void operator()(T* handle) const {
    free_function(handle);
  }
};
using Encoder = std::unique_ptr<FLAC__StreamEncoder, Free<FLAC__stream_encoder_delete>>;
using Decoder = std::unique_ptr<FLAC__StreamDecoder, Free<FLAC__stream_decoder_delete>>;

FLAC__StreamEncoderWriteStatus append(const FLAC__StreamEncoder*, const FLAC__byte bytes[], size_t size, uint32_t,
                                      uint32_t, void* to) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), size);
  return FLAC__STREAM_ENCODER_WRITE_STATUS_OK;
}

struct Reading {
  std::string_view rest;
  std::vector<float> samples;
  size_t most;
  int sample_rate;
  bool damaged = false;
};

FLAC__StreamDecoderReadStatus read_more(const FLAC__StreamDecoder*, FLAC__byte buffer[], size_t* size, void* from) {
  auto& reading = *static_cast<Reading*>(from);
  *size = std::min(*size, reading.rest.size());
  std::memcpy(buffer, reading.rest.data(), *size);
  reading.rest.remove_prefix(*size);
  return *size == 0 ? FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM : FLAC__STREAM_DECODER_READ_STATUS_CONTINUE;
}

FLAC__StreamDecoderWriteStatus take_samples(const FLAC__StreamDecoder*, const FLAC__Frame* frame,
                                            const FLAC__int32* const channels[], void* to) {
  auto& reading = *static_cast<Reading*>(to);
  const FLAC__FrameHeader& header = frame->header;
  if (header.channels != 1 || header.bits_per_sample != 16 ||
      header.sample_rate != static_cast<uint32_t>(reading.sample_rate) ||
      header.blocksize > reading.most - reading.samples.size()) {
    reading.damaged = true;
    return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT;
  }
  for (uint32_t i = 0; i < header.blocksize; ++i)
    reading.samples.push_back(static_cast<float>(channels[0][i]) / kScale);
  return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

void note_damage(const FLAC__StreamDecoder*, FLAC__StreamDecoderErrorStatus, void* to) {
  static_cast<Reading*>(to)->damaged = true;
}

}  // namespace

std::string encode_waveform(std::span<const float> samples, int sample_rate) {
  const Encoder encoder(FLAC__stream_encoder_new());
  if (!encoder) throw std::bad_alloc();
  std::vector<FLAC__int32> steps(samples.size());
  std::transform(samples.begin(), samples.end(), steps.begin(), [](float sample) {
    return static_cast<FLAC__int32>(std::clamp(std::lround(sample * kScale), -32768L, 32767L));
  });
  std::string bytes;
  FLAC__stream_encoder_set_channels(encoder.get(), 1);
  FLAC__stream_encoder_set_bits_per_sample(encoder.get(), 16);
  FLAC__stream_encoder_set_sample_rate(encoder.get(), static_cast<uint32_t>(sample_rate));
  FLAC__stream_encoder_set_compression_level(encoder.get(), 5);
  const bool started = FLAC__stream_encoder_init_stream(encoder.get(), append, nullptr, nullptr, nullptr, &bytes) ==
                       FLAC__STREAM_ENCODER_INIT_STATUS_OK;
  const FLAC__int32* channels[] = {steps.data()};
  if (!started || !FLAC__stream_encoder_process(encoder.get(), channels, static_cast<uint32_t>(steps.size())) ||
      !FLAC__stream_encoder_finish(encoder.get()))
    throw Error({.problem = "sound cannot be stored"});
  return bytes;
}

std::vector<float> decode_waveform(std::string_view bytes, size_t count, int sample_rate) {
  const Decoder decoder(FLAC__stream_decoder_new());
  if (!decoder) throw std::bad_alloc();
  Reading reading{.rest = bytes, .samples = {}, .most = count, .sample_rate = sample_rate};
  if (FLAC__stream_decoder_init_stream(decoder.get(), read_more, nullptr, nullptr, nullptr, nullptr, take_samples,
                                       nullptr, note_damage, &reading) != FLAC__STREAM_DECODER_INIT_STATUS_OK ||
      !FLAC__stream_decoder_process_until_end_of_stream(decoder.get()) || reading.damaged ||
      reading.samples.size() != count)
    return {};
  return std::move(reading.samples);
}

}  // namespace foreview
