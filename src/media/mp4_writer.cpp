#include "media/mp4_writer.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/files.h"
#include "foreview/error.h"
#include "media/ffmpeg_handles.h"

namespace foreview {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& doing, int code) {
  throw Error({.file = file.string(), .problem = doing + " failed", .got = ffmpeg_error_text(code)});
}

void check(int code, const std::filesystem::path& file, const std::string& doing) {
  if (code < 0) fail(file, doing, code);
}

/// libx264 first; else any H.264 encoder that takes plain memory frames.
std::vector<const AVCodec*> h264_encoders() {
  std::vector<const AVCodec*> encoders;
  if (const AVCodec* x264 = avcodec_find_encoder_by_name("libx264")) encoders.push_back(x264);
  void* position = nullptr;
  while (const AVCodec* codec = av_codec_iterate(&position)) {
    const bool usable = codec->id == AV_CODEC_ID_H264 && av_codec_is_encoder(codec) &&
                        !(codec->capabilities & AV_CODEC_CAP_HARDWARE) && std::string_view(codec->name) != "libx264rgb";
    if (usable && std::ranges::find(encoders, codec) == encoders.end()) encoders.push_back(codec);
  }
  return encoders;
}

// Encoders report every file they finish on stderr; this offset keeps them quiet without touching FFmpeg's global
// level.
constexpr int kQuietLogOffset = 100;

CodecContextPtr open_h264(const AVCodec* codec, const Mp4Writer::Options& options, bool global_header) {
  CodecContextPtr context = require_memory(CodecContextPtr(avcodec_alloc_context3(codec)));
  context->width = options.width;
  context->height = options.height;
  context->pix_fmt = AV_PIX_FMT_YUV420P;
  context->time_base = {1, options.frames_per_second};
  context->framerate = {options.frames_per_second, 1};
  context->sample_aspect_ratio = {1, 1};
  context->colorspace = AVCOL_SPC_BT709;
  context->color_primaries = AVCOL_PRI_BT709;
  context->color_trc = AVCOL_TRC_BT709;
  context->color_range = AVCOL_RANGE_MPEG;
  context->thread_count = 1;
  context->log_level_offset = kQuietLogOffset;
  context->flags |= AV_CODEC_FLAG_BITEXACT | (global_header ? AV_CODEC_FLAG_GLOBAL_HEADER : 0);
  Dictionary settings;
  settings.set("crf", std::to_string(options.quality));
  settings.set("preset", "veryfast");
  // The macroblock tree reads memory it never wrote, and the bytes would differ from run to run.
  settings.set("mbtree", "0");
  if (avcodec_open2(context.get(), codec, settings.address()) < 0) return nullptr;
  return context;
}

CodecContextPtr open_aac(const std::filesystem::path& file, int sample_rate, bool global_header) {
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
  if (!codec) throw Error({.file = file.string(), .problem = "this FFmpeg has no AAC encoder"});
  CodecContextPtr context = require_memory(CodecContextPtr(avcodec_alloc_context3(codec)));
  context->sample_fmt = AV_SAMPLE_FMT_FLTP;
  context->sample_rate = sample_rate;
  av_channel_layout_default(&context->ch_layout, 1);
  context->bit_rate = 96000;
  context->time_base = {1, sample_rate};
  context->thread_count = 1;
  context->log_level_offset = kQuietLogOffset;
  context->flags |= AV_CODEC_FLAG_BITEXACT | (global_header ? AV_CODEC_FLAG_GLOBAL_HEADER : 0);
  check(avcodec_open2(context.get(), codec, nullptr), file, "opening the AAC encoder");
  return context;
}

SwsContextPtr rgb_to_yuv(int width, int height) {
  const int flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP | SWS_BITEXACT;
  SwsContextPtr context = require_memory(SwsContextPtr(sws_getContext(
      width, height, AV_PIX_FMT_RGB24, width, height, AV_PIX_FMT_YUV420P, flags, nullptr, nullptr, nullptr)));
  const int* bt709 = sws_getCoefficients(SWS_CS_ITU709);
  sws_setColorspaceDetails(context.get(), bt709, 1, bt709, 0, 0, 1 << 16, 1 << 16);
  return context;
}

}  // namespace

struct Mp4Writer::Impl {
  std::filesystem::path file, temporary;
  Options options;
  OutputContextPtr output;
  CodecContextPtr video, audio;
  AVStream* video_stream = nullptr;
  AVStream* audio_stream = nullptr;
  SwsContextPtr scaler;
  FramePtr source = new_frame(), picture = new_frame(), sound = new_frame();
  PacketPtr packet = new_packet();
  std::vector<float> waiting;  // samples that do not fill an AAC frame yet
  int64_t frames_written = 0, samples_written = 0;
  bool finished = false;

  Impl(const std::filesystem::path& target, const Options& wanted)
      : file(target), temporary(temporary_name(target)), options(wanted) {
    if (options.width <= 0 || options.height <= 0 || options.width % 2 || options.height % 2 ||
        options.frames_per_second <= 0 || options.sample_rate <= 0)
      throw Error({.file = file.string(),
                   .problem = "an mp4 cannot be written in this size",
                   .expected = "even width and height, positive rates",
                   .got = std::to_string(options.width) + "x" + std::to_string(options.height)});
  }

  AVStream* add_stream(const AVCodecContext* encoder) {
    AVStream* stream = require_memory(avformat_new_stream(output.get(), nullptr));
    check(avcodec_parameters_from_context(stream->codecpar, encoder), file, "describing a stream");
    stream->time_base = encoder->time_base;
    return stream;
  }

  void open() {
    AVFormatContext* context = nullptr;
    check(avformat_alloc_output_context2(&context, nullptr, "mp4", nullptr), file, "making an mp4");
    output.reset(context);
    output->flags |= AVFMT_FLAG_BITEXACT;
    output->max_interleave_delta = 0;  // bytes must not depend on how far apart frames and samples are handed in
    const bool global_header = output->oformat->flags & AVFMT_GLOBALHEADER;
    for (const AVCodec* codec : h264_encoders())
      if ((video = open_h264(codec, options, global_header))) break;
    if (!video)
      throw Error({.file = file.string(),
                   .problem = "this FFmpeg has no working H.264 encoder",
                   .advice = "install Debian's libavcodec59 with libx264"});
    video_stream = add_stream(video.get());
    video_stream->avg_frame_rate = video->framerate;
    if (options.audio) {
      audio = open_aac(file, options.sample_rate, global_header);
      audio_stream = add_stream(audio.get());
    }
    scaler = rgb_to_yuv(options.width, options.height);
    allocate(*source, AV_PIX_FMT_RGB24);
    allocate(*picture, AV_PIX_FMT_YUV420P);
    check(avio_open(&output->pb, ("file:" + temporary.string()).c_str(), AVIO_FLAG_WRITE), file, "opening for writing");
    check(avformat_write_header(output.get(), nullptr), file, "writing the mp4 header");
  }

  /// Padding behind the rows is zeroed: vector code may read it, and bytes must not depend on what was there before.
  void allocate(AVFrame& frame, AVPixelFormat format) {
    frame.format = format;
    frame.width = options.width;
    frame.height = options.height;
    check(av_frame_get_buffer(&frame, 0), file, "allocating a frame");
    for (const AVBufferRef* buffer : frame.buf)
      if (buffer) std::fill_n(buffer->data, buffer->size, uint8_t{0});
  }

  void encode(AVCodecContext* encoder, AVStream* stream, const AVFrame* frame) {
    check(avcodec_send_frame(encoder, frame), file, "encoding");
    for (;;) {
      const int code = avcodec_receive_packet(encoder, packet.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
      check(code, file, "encoding");
      packet->stream_index = stream->index;
      av_packet_rescale_ts(packet.get(), encoder->time_base, stream->time_base);
      check(av_interleaved_write_frame(output.get(), packet.get()), file, "writing");
    }
  }

  void encode_samples(std::span<const float> samples) {
    av_frame_unref(sound.get());
    sound->format = AV_SAMPLE_FMT_FLTP;
    sound->sample_rate = options.sample_rate;
    sound->nb_samples = static_cast<int>(samples.size());
    check(av_channel_layout_copy(&sound->ch_layout, &audio->ch_layout), file, "encoding");
    check(av_frame_get_buffer(sound.get(), 0), file, "allocating a frame");
    std::ranges::copy(samples, reinterpret_cast<float*>(sound->data[0]));
    sound->pts = samples_written;
    samples_written += sound->nb_samples;
    encode(audio.get(), audio_stream, sound.get());
  }
};

Mp4Writer::Mp4Writer(const std::filesystem::path& file, const Options& options)
    : impl_(std::make_unique<Impl>(file, options)) {
  try {
    impl_->open();
  } catch (...) {
    impl_->output.reset();
    std::error_code ignored;
    std::filesystem::remove(impl_->temporary, ignored);
    throw;
  }
}

Mp4Writer::~Mp4Writer() {
  if (impl_->finished) return;
  impl_->output.reset();
  std::error_code ignored;
  std::filesystem::remove(impl_->temporary, ignored);
}

void Mp4Writer::add_frame(std::span<const uint8_t> rgb) {
  const size_t expected = size_t{3} * impl_->options.width * impl_->options.height;
  if (rgb.size() != expected)
    throw Error({.file = impl_->file.string(),
                 .problem = "a frame has the wrong size",
                 .expected = std::to_string(expected) + " bytes",
                 .got = std::to_string(rgb.size())});
  check(av_frame_make_writable(impl_->picture.get()), impl_->file, "allocating a frame");
  const AVFrame* source = impl_->source.get();
  const size_t row = expected / impl_->options.height;
  for (int y = 0; y < impl_->options.height; ++y)
    std::copy_n(rgb.data() + y * row, row, source->data[0] + static_cast<ptrdiff_t>(y) * source->linesize[0]);
  AVFrame* picture = impl_->picture.get();
  sws_scale(impl_->scaler.get(), source->data, source->linesize, 0, impl_->options.height, picture->data,
            picture->linesize);
  picture->pts = impl_->frames_written++;
  impl_->encode(impl_->video.get(), impl_->video_stream, picture);
}

void Mp4Writer::add_samples(std::span<const float> samples) {
  if (!impl_->audio) throw Error({.file = impl_->file.string(), .problem = "samples for an mp4 without audio"});
  std::vector<float>& waiting = impl_->waiting;
  waiting.insert(waiting.end(), samples.begin(), samples.end());
  const size_t unit = impl_->audio->frame_size > 0 ? impl_->audio->frame_size : 1024;
  size_t used = 0;
  for (; used + unit <= waiting.size(); used += unit) impl_->encode_samples(std::span(waiting).subspan(used, unit));
  waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(used));
}

void Mp4Writer::finish() {
  if (impl_->finished) return;
  if (!impl_->frames_written) throw Error({.file = impl_->file.string(), .problem = "an mp4 without a frame"});
  if (impl_->audio) {
    if (!impl_->waiting.empty()) impl_->encode_samples(impl_->waiting);
    impl_->encode(impl_->audio.get(), impl_->audio_stream, nullptr);
  }
  impl_->encode(impl_->video.get(), impl_->video_stream, nullptr);
  check(av_write_trailer(impl_->output.get()), impl_->file, "finishing the mp4");
  check(avio_closep(&impl_->output->pb), impl_->file, "writing");
  impl_->output.reset();
  publish_file(impl_->temporary, impl_->file);
  impl_->finished = true;
}

}  // namespace foreview
