#include "media/packet_scan.h"

#include <algorithm>
#include <limits>
#include <span>

#include "media/bitstream_facts.h"

namespace foreview {
namespace {

// Pictures are reordered by at most 16 others; packets this far beyond the used part belong to what comes after.
constexpr double kReorderingSeconds = 2;

}  // namespace

PacketFacts facts_of(const AVPacket& packet, const AVCodecParameters& parameters) {
  const PictureFacts picture = picture_facts(parameters.codec_id, {packet.data, static_cast<size_t>(packet.size)},
                                             {parameters.extradata, static_cast<size_t>(parameters.extradata_size)});
  const bool key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
  return {.time = packet.pts,
          .entry = key && picture.may_be_entry,
          .unneeded = !key && (picture.unreferenced || (packet.flags & AV_PKT_FLAG_DISPOSABLE) != 0),
          .hidden = picture.hidden || (packet.flags & AV_PKT_FLAG_DISCARD) != 0,
          .skipped_leading = picture.skipped_leading};
}

PacketScan scan_packets(MediaFile& media, const AVStream& video, const SamplingOptions& options) {
  PacketScan scan;
  const PacketPtr packet = new_packet();
  const double tick = av_q2d(video.time_base);
  int64_t first = std::numeric_limits<int64_t>::max(), last = std::numeric_limits<int64_t>::min();
  std::string problem;
  bool timed = true;
  int entries = 0;
  while (timed && media.read(*packet, problem)) {
    if (packet->stream_index != video.index) continue;
    if (packet->pts == AV_NOPTS_VALUE || scan.packets.size() == kMostScannedPackets) timed = false;
    PacketFacts facts = facts_of(*packet, *video.codecpar);
    entries += facts.entry;
    if (entries <= 1 && facts.skipped_leading) facts.hidden = true;
    scan.packets.push_back(facts);
    if (facts.hidden || !timed) continue;
    first = std::min(first, facts.time);
    if (facts.time > last) {
      last = facts.time;
      scan.last_duration = packet->duration;
    }
    const int64_t reached = packet->dts == AV_NOPTS_VALUE ? facts.time : std::min(packet->dts, facts.time);
    const double seconds = (static_cast<double>(reached) - static_cast<double>(first)) * tick;
    if (seconds > options.most_seconds + 1 / options.frames_per_second + kReorderingSeconds) break;
  }
  scan.plannable = timed && first <= last && !scan.packets.empty() && scan.packets.front().entry;
  return scan;
}

}  // namespace foreview
