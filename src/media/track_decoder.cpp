#include "media/track_decoder.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "foreview/error.h"
#include "media/media_file.h"

namespace foreview {
namespace {

// A claimed length this much beyond what was decoded is worth a note.
constexpr double kMissingSecondsWorthANote = 0.5;

std::string too_large(const AVCodecParameters& parameters) {
  if (parameters.codec_type != AVMEDIA_TYPE_VIDEO) return {};
  if (parameters.width <= kMostPixelsASide && parameters.height <= kMostPixelsASide) return {};
  return fmt::format("its pictures are too large ({}x{}, at most {}x{})", parameters.width, parameters.height,
                     kMostPixelsASide, kMostPixelsASide);
}

}  // namespace

double frame_duration(const AVFrame& frame, AVRational time_base) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  const int64_t duration = frame.duration;
#else
  const int64_t duration = frame.pkt_duration;
#endif
  return duration > 0 ? static_cast<double>(duration) * av_q2d(time_base) : 0;
}

TrackDecoder::TrackDecoder(const AVStream& stream, std::string kind, int threads)
    : stream_(stream), kind_(std::move(kind)) {
  if (is_encrypted(stream))
    problem_ = "encrypted: cannot be decoded";
  else if (problem_ = too_large(*stream.codecpar); problem_.empty())
    codec_ = open_decoder(stream, threads, problem_);
  finished_ = !codec_;
}

void TrackDecoder::give_up(const std::string& why) {
  problem_ = why;
  finished_ = true;
}

void TrackDecoder::decode(const AVPacket& packet) {
  if (done() || !wants(packet)) return;
  if (is_encrypted(packet)) return give_up("encrypted: cannot be decoded");
  int code = avcodec_send_packet(codec_.get(), &packet);
  if (code == AVERROR(EAGAIN)) {
    receive();
    code = avcodec_send_packet(codec_.get(), &packet);
  }
  if (code == AVERROR(ENOMEM)) return give_up("decoding needs more memory than a worker may use");
  if (code < 0 && code != AVERROR_EOF) ++damaged_packets_;
  receive();
}

void TrackDecoder::receive() {
  while (!done()) {
    const int code = avcodec_receive_frame(codec_.get(), frame_.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
    if (code == AVERROR(ENOMEM)) return give_up("decoding needs more memory than a worker may use");
    if (code < 0) {
      ++damaged_packets_;
      return;
    }
    if (frame_->flags & AV_FRAME_FLAG_CORRUPT || frame_->decode_error_flags) ++damaged_packets_;
    ++good_frames_;
    try {
      take(*frame_);
    } catch (const Error& error) {
      const ErrorParts& parts = error.parts();
      give_up(parts.got.empty() ? parts.problem : parts.problem + " (" + parts.got + ")");
    }
    av_frame_unref(frame_.get());
  }
}

void TrackDecoder::flush() {
  if (!done()) {
    avcodec_send_packet(codec_.get(), nullptr);
    receive();
  }
  try {
    take_end();
  } catch (const Error& error) {
    if (problem_.empty()) problem_ = error.parts().problem;
  }
}

std::optional<double> TrackDecoder::time_of(const AVFrame& frame) const {
  if (frame.best_effort_timestamp == AV_NOPTS_VALUE) return std::nullopt;
  return static_cast<double>(frame.best_effort_timestamp) * av_q2d(stream_.time_base);
}

std::string TrackDecoder::note() const {
  if (!has_result()) {
    if (!problem_.empty()) return fmt::format("the {} track is left out: {}", kind_, problem_);
    if (damaged_packets_) return fmt::format("the {} track is left out: {}", kind_, kTrackDamaged);
    return fmt::format("the {} track is left out: {}", kind_, kHeaderAlone);
  }
  if (!problem_.empty()) return fmt::format("the {} track ends after {:.1f} s: {}", kind_, decoded_seconds(), problem_);
  const double claimed = stream_.duration > 0 ? static_cast<double>(stream_.duration) * av_q2d(stream_.time_base) : 0;
  if (!enough() && claimed > decoded_seconds() + kMissingSecondsWorthANote)
    return fmt::format("of the {} track only {:.1f} of {:.1f} s can be decoded: the file is damaged or cut off", kind_,
                       decoded_seconds(), claimed);
  if (damaged_packets_) return fmt::format("the {} track has {} damaged parts", kind_, damaged_packets_);
  return {};
}

}  // namespace foreview
