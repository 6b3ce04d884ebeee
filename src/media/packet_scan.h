#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/ffmpeg_handles.h"
#include "media/media_file.h"
#include "media/tracks.h"

namespace foreview {

/// What a packet of the video track tells before anything is decoded.
struct PacketFacts {
  int64_t time = 0;              // presentation time, in the stream's time base
  bool entry = false;            // decoding can begin here: nothing shown after it needs what came before it
  bool unneeded = false;         // no other picture is predicted from it
  bool hidden = false;           // never shown: an edit list or the codec says so
  bool skipped_leading = false;  // see PictureFacts
};

/// The video track's packets in decoding order, read without decoding.
struct PacketScan {
  std::vector<PacketFacts> packets;
  int64_t last_duration = 0;  // of the picture shown last, in the stream's time base; 0 when unknown
  /// Presentation times are known, and decoding can begin with the first packet; else nothing may be left out.
  bool plannable = false;
};

/// Packets of one track that are looked at at most; a plan for more would not fit a worker.
inline constexpr size_t kMostScannedPackets = size_t{1} << 22;

/// Reads `media`'s packets of `video` (all other streams are skipped) until nothing further can be on display within
/// options.most_seconds. `media` is used up by this.
PacketScan scan_packets(MediaFile& media, const AVStream& video, const SamplingOptions& options);

/// The facts that a single packet's own bytes tell: H.264, HEVC, MPEG-4, MPEG-2 and VP8 say which pictures are never
/// referred to (ITU-T H.264 7.4.1, nal_ref_idc; H.265 table 7-1, sub-layer non-reference pictures; ISO 14496-2 6.2.5,
/// vop_coding_type; ISO 13818-2 6.2.3; RFC 6386 9.1).
PacketFacts facts_of(const AVPacket& packet, const AVCodecParameters& parameters);

}  // namespace foreview
