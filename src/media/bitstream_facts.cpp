#include "media/bitstream_facts.h"

#include <optional>

namespace foreview {
namespace {

using Bytes = std::span<const uint8_t>;

/// Where the next start code (00 00 01) begins at or after `from`; the size when there is none.
size_t find_start_code(Bytes bytes, size_t from) {
  for (size_t i = from; i + 3 <= bytes.size(); ++i)
    if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1) return i;
  return bytes.size();
}

/// Calls visit(unit) for each NAL unit, without its start code or length. `length_bytes` 0 means start codes.
/// False when the lengths do not fit the packet.
template <class Visit>
bool for_each_unit(Bytes packet, int length_bytes, const Visit& visit) {
  if (length_bytes == 0) {
    for (size_t at = find_start_code(packet, 0); at < packet.size();) {
      const size_t next = find_start_code(packet, at + 3);
      visit(packet.subspan(at + 3, next - at - 3));
      at = next;
    }
    return true;
  }
  while (packet.size() > static_cast<size_t>(length_bytes)) {
    size_t length = 0;
    for (int i = 0; i < length_bytes; ++i) length = length << 8 | packet[i];
    packet = packet.subspan(length_bytes);
    if (length > packet.size()) return false;
    visit(packet.first(length));
    packet = packet.subspan(length);
  }
  return true;
}

// nal_unit_type of ITU-T H.264, table 7-1.
constexpr int kH264Slice = 1, kH264SlicePartitionC = 4, kH264InstantRefresh = 5;

PictureFacts h264_facts(Bytes packet, Bytes extradata) {
  const bool has_lengths = extradata.size() >= 7 && extradata[0] == 1;  // avcC, ISO 14496-15 5.3.3
  bool slices = false, referenced = false, refresh = false;
  const bool whole = for_each_unit(packet, has_lengths ? (extradata[4] & 3) + 1 : 0, [&](Bytes unit) {
    if (unit.empty()) return;
    const int type = unit[0] & 31;
    if (type > kH264InstantRefresh || type < kH264Slice) return;
    slices = true;
    referenced = referenced || (unit[0] >> 5 & 3) != 0 || (type > kH264Slice && type <= kH264SlicePartitionC);
    refresh = refresh || type == kH264InstantRefresh;
  });
  return {.unreferenced = whole && slices && !referenced, .may_be_entry = refresh};
}

// nal_unit_type of ITU-T H.265, table 7-1: below 16 the even ones are sub-layer non-reference pictures.
constexpr int kHevcSkippedLeading = 8, kHevcSkippedLeadingReference = 9;
constexpr int kHevcLastSubLayer = 15, kHevcFirstEntry = 16, kHevcLastEntry = 21, kHevcLastSlice = 31;

PictureFacts hevc_facts(Bytes packet, Bytes extradata) {
  const bool has_lengths = extradata.size() >= 23 && (extradata[0] == 1 || extradata[1] != 0);  // hvcC
  // A picture of the highest temporal layer alone is free of later references; other files keep all their pictures.
  const std::optional<int> layers = has_lengths ? std::optional(extradata[21] >> 3 & 7) : std::nullopt;
  bool slices = false, referenced = false, entry = false, leading = false;
  const bool whole = for_each_unit(packet, has_lengths ? (extradata[21] & 3) + 1 : 0, [&](Bytes unit) {
    if (unit.size() < 2) return;
    const int type = unit[0] >> 1 & 63, layer_plus_one = unit[1] & 7;
    if (type > kHevcLastSlice) return;
    slices = true;
    const bool free_in_layer = type < kHevcLastSubLayer && type % 2 == 0;
    referenced = referenced || !free_in_layer || !layers || layer_plus_one < *layers;
    entry = entry || (type >= kHevcFirstEntry && type <= kHevcLastEntry);
    leading = leading || type == kHevcSkippedLeading || type == kHevcSkippedLeadingReference;
  });
  return {.unreferenced = whole && slices && !referenced, .may_be_entry = entry, .skipped_leading = leading};
}

/// Pictures of MPEG-4 part 2 and MPEG-2 that are B pictures. A packet with several (packed bitstreams in AVI) counts as
/// referenced.
PictureFacts mpeg_facts(Bytes packet, bool mpeg4) {
  int pictures = 0;
  bool bidirectional = true;
  for (size_t at = find_start_code(packet, 0); at < packet.size(); at = find_start_code(packet, at + 3)) {
    if (at + 6 > packet.size() || packet[at + 3] != (mpeg4 ? 0xB6 : 0x00)) continue;
    ++pictures;
    const int coding_type = mpeg4 ? packet[at + 4] >> 6 : packet[at + 5] >> 3 & 7;
    bidirectional = bidirectional && coding_type == (mpeg4 ? 2 : 3);
  }
  return {.unreferenced = pictures == 1 && bidirectional};
}

}  // namespace

PictureFacts picture_facts(AVCodecID codec, Bytes packet, Bytes extradata) {
  switch (codec) {
    case AV_CODEC_ID_H264:
      return h264_facts(packet, extradata);
    case AV_CODEC_ID_HEVC:
      return hevc_facts(packet, extradata);
    case AV_CODEC_ID_MPEG4:
      return mpeg_facts(packet, true);
    case AV_CODEC_ID_MPEG1VIDEO:
    case AV_CODEC_ID_MPEG2VIDEO:
      return mpeg_facts(packet, false);
    case AV_CODEC_ID_VP8:
      return {.hidden = !packet.empty() && (packet[0] & 0x10) == 0};  // RFC 6386 9.1, show_frame
    default:
      return {};
  }
}

}  // namespace foreview
