#pragma once

#include <optional>
#include <string>

#include "media/ffmpeg_handles.h"

namespace foreview {

// How note() ends for a track that gave nothing.
inline constexpr const char* kTrackDamaged = "it is damaged";
inline constexpr const char* kHeaderAlone = "it has a header and no content";

/// What the decoding of a video and of an audio track have in common: packets in, frames out one at a time, damaged
/// packets counted and skipped, encryption noticed.
class TrackDecoder {
 public:
  /// `kind` as in "video"; names the track in notes.
  TrackDecoder(const AVStream& stream, std::string kind, int threads);
  virtual ~TrackDecoder() = default;

  const AVStream& stream() const { return stream_; }
  /// Nothing more can come of this track.
  bool done() const { return finished_ || enough(); }
  /// Further packets are of use; what was sent may still give frames at flush().
  virtual bool wants_packets() const { return !done(); }
  void decode(const AVPacket& packet);
  /// After the last packet.
  void flush();
  /// Something of the track could be decoded.
  virtual bool has_result() const = 0;
  /// What a user should know of this track: why it is missing or incomplete; empty when all is well.
  std::string note() const;

 protected:
  /// Takes the frame (may move from it). Throws Error without a file when it cannot be used.
  virtual void take(AVFrame& frame) = 0;
  virtual void take_end() = 0;
  /// Called once for each packet in order; false leaves it out.
  virtual bool wants(const AVPacket&) { return true; }
  virtual bool enough() const = 0;
  /// Seconds of the track that were decoded.
  virtual double decoded_seconds() const = 0;
  /// Presentation time in seconds on the container's clock, if known.
  std::optional<double> time_of(const AVFrame& frame) const;

 private:
  void receive();
  void give_up(const std::string& why);

  const AVStream& stream_;
  std::string kind_;
  CodecContextPtr codec_;
  FramePtr frame_ = new_frame();
  std::string problem_;
  int damaged_packets_ = 0, good_frames_ = 0;
  bool finished_ = false;
};

/// How long the frame is shown or heard in seconds, as the container says; 0 when it does not.
double frame_duration(const AVFrame& frame, AVRational time_base);

}  // namespace foreview
