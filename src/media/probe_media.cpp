#include <fmt/format.h>

extern "C" {
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "core/text.h"
#include "foreview/error.h"
#include "media/frame_schedule.h"
#include "media/media_facts.h"
#include "media/media_file.h"
#include "media/packet_scan.h"

namespace foreview {
namespace {

double finite(double value) { return std::isfinite(value) && value > 0 ? value : 0; }

std::string kind_of(const AVStream& stream) {
  if (stream.disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS)) return "cover picture";
  const char* name = av_get_media_type_string(stream.codecpar->codec_type);
  return name ? name : "unknown";
}

int rotation_of(const AVStream& stream) {
  const std::span<const uint8_t> bytes = stream_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX);
  if (bytes.size() < 9 * sizeof(int32_t)) return 0;
  const double turned = av_display_rotation_get(reinterpret_cast<const int32_t*>(bytes.data()));
  return std::isfinite(turned) ? (360 - static_cast<int>(std::lround(turned))) % 360 : 0;
}

MediaFacts::Stream stream_facts(const AVStream& stream, bool used) {
  const AVCodecParameters& parameters = *stream.codecpar;
  MediaFacts::Stream facts;
  facts.index = stream.index;
  facts.kind = kind_of(stream);
  facts.codec = is_encrypted(stream) ? "encrypted" : avcodec_get_name(parameters.codec_id);
  facts.used = used;
  if (stream.duration > 0) facts.duration = finite(static_cast<double>(stream.duration) * av_q2d(stream.time_base));
  if (parameters.codec_type == AVMEDIA_TYPE_VIDEO) {
    facts.width = parameters.width;
    facts.height = parameters.height;
    facts.frames_per_second = stream.avg_frame_rate.den ? finite(av_q2d(stream.avg_frame_rate)) : 0;
    facts.rotation = rotation_of(stream);
    const AVRational aspect = stream.sample_aspect_ratio;
    if (aspect.num > 0 && aspect.den > 0) facts.pixel_aspect = av_q2d(aspect);
    if (const char* name = av_get_pix_fmt_name(static_cast<AVPixelFormat>(parameters.format)))
      facts.pixel_format = name;
    if (parameters.color_trc != AVCOL_TRC_UNSPECIFIED)
      if (const char* name = av_color_transfer_name(parameters.color_trc)) facts.colours = name;
  } else if (parameters.codec_type == AVMEDIA_TYPE_AUDIO) {
    facts.sample_rate = parameters.sample_rate;
    facts.channels = parameters.ch_layout.nb_channels;
  }
  return facts;
}

void add_packets(MediaFacts& facts, const MediaSource& source, const AVStream& video, const SamplingOptions& options) {
  MediaFile media(source, MediaFile::Reading::packets);
  if (static_cast<unsigned>(video.index) >= media.context()->nb_streams) return;
  const AVStream& same = *media.context()->streams[video.index];
  media.read_only(&same, nullptr);
  const PacketScan scan = scan_packets(media, same, options);
  const double tick = av_q2d(same.time_base);
  std::optional<int64_t> entry;
  for (const PacketFacts& packet : scan.packets) {
    facts.pictures += !packet.hidden;
    facts.unneeded += packet.unneeded;
    if (!packet.entry) continue;
    ++facts.entries;
    if (entry) {
      const double gap = (static_cast<double>(packet.time) - static_cast<double>(*entry)) * tick;
      facts.longest_entry_gap = std::max(facts.longest_entry_gap, finite(gap));
    }
    entry = packet.time;
  }
  if (!scan.plannable) {
    facts.warnings.push_back(
        "no plan can be made (no times, or it does not begin with a key picture): all of it would "
        "be decoded");
    return;
  }
  const FrameSchedule schedule = schedule_frames(scan, same.time_base, options);
  facts.samples = schedule.sample_time.size();
  facts.decoded = schedule.decoded_count();
  const double claimed = same.duration > 0 ? static_cast<double>(same.duration) * tick : 0;
  const double there = std::min(claimed, options.most_seconds);
  if (there > schedule.seconds + 0.5)
    facts.warnings.push_back(fmt::format("of the video track only {:.1f} of {:.1f} s are there: the file is cut off",
                                         schedule.seconds, there));
}

}  // namespace

MediaFacts probe_media(const MediaSource& source, const SamplingOptions& options) {
  const MediaFile media(source);
  const AVFormatContext& context = *media.context();
  MediaFacts facts;
  facts.container = context.iformat->long_name ? context.iformat->long_name : context.iformat->name;
  facts.bytes = source.size();
  if (context.duration > 0) facts.duration = static_cast<double>(context.duration) / AV_TIME_BASE;
  const AVStream* video = media.choose(AVMEDIA_TYPE_VIDEO);
  const AVStream* audio = media.choose(AVMEDIA_TYPE_AUDIO);
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    const AVStream& stream = *context.streams[i];
    facts.streams.push_back(stream_facts(stream, &stream == video || &stream == audio));
    if (is_encrypted(stream)) facts.warnings.push_back(fmt::format("stream {} is encrypted: cannot be decoded", i));
  }
  if (!video) facts.warnings.push_back("no video track");
  if (!audio) facts.warnings.push_back("no audio track");
  for (const AVStream* stream : {video, audio})
    if (stream && !is_encrypted(*stream) && !avcodec_find_decoder(stream->codecpar->codec_id))
      facts.warnings.push_back(fmt::format("there is no decoder for stream {}", stream->index));
  if (video) add_packets(facts, source, *video, options);
  return facts;
}

}  // namespace foreview
