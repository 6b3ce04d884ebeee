#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "media/ffmpeg_handles.h"
#include "media/media_source.h"
#include "media/source_reader.h"

namespace foreview {

/// Larger pictures are refused: what a file claims must not decide how much memory is asked for.
inline constexpr int kMostPixelsASide = 8192;

/// An opened container. Only the demuxers of media containers are allowed, and only this one file is read: what names
/// other files or addresses is refused.
class MediaFile {
 public:
  /// What it is opened for: decoding asks for all parameters of the tracks, for which some packets are decoded.
  enum class Reading { decoding, packets };
  /// `source` must outlive this. Throws Error that says in a user's words why the file cannot be opened.
  explicit MediaFile(const MediaSource& source, Reading reading = Reading::decoding);

  /// The track to decode, or null: the one marked as default, else the first with a known codec. Cover art is no video.
  AVStream* choose(AVMediaType type) const;
  /// Unchosen streams are skipped while reading.
  void read_only(const AVStream* video, const AVStream* audio);
  /// Next packet of a chosen stream; false at the end of the file. `problem` is set when it ended early.
  bool read(AVPacket& packet, std::string& problem);

  AVFormatContext* context() const { return context_.get(); }

 private:
  SourceReader reader_;
  InputContextPtr context_;
};

/// Side data of the whole track, such as its display matrix; empty when there is none.
std::span<const uint8_t> stream_side_data(const AVStream& stream, AVPacketSideDataType type);

/// The track cannot be decoded because its bytes are encrypted.
bool is_encrypted(const AVStream& stream);
bool is_encrypted(const AVPacket& packet);

/// A decoder for the track that uses `threads` threads; null with `problem` set when there is none.
CodecContextPtr open_decoder(const AVStream& stream, int threads, std::string& problem);

}  // namespace foreview
