#include "media/media_file.h"

#include <array>
#include <vector>

#include "foreview/error.h"

namespace foreview {
namespace {

// What short videos and sound come in. Left out are formats that only refer to other files (HLS, DASH, concat).
constexpr const char* kContainers =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,mpegts,mpeg,ogg,wav,w64,mp3,aac,flac,asf,gif,m4v,h264,hevc,ivf,mxf,"
    "amr,ac3,caf,aiff,dv,nut,rm";
constexpr const char* kDamagedHeader = "the video's header is damaged (moov box)";
constexpr int kMostStreams = 64;

constexpr uint32_t box_name(const char (&name)[5]) {
  return static_cast<uint32_t>(static_cast<uint8_t>(name[0])) << 24 | static_cast<uint8_t>(name[1]) << 16 |
         static_cast<uint8_t>(name[2]) << 8 | static_cast<uint8_t>(name[3]);
}

uint64_t big_endian(const unsigned char* bytes, int count) {
  uint64_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

struct TopLevelBox {
  uint32_t name;
  bool complete;  // ends inside the file
};

/// The top-level boxes of an ISO media file; none when it does not begin like one.
std::vector<TopLevelBox> top_level_boxes(const MediaSource& source) {
  const uint64_t file_size = source.size();
  std::vector<TopLevelBox> boxes;
  std::array<unsigned char, 16> header{};
  for (uint64_t position = 0; position < file_size && boxes.size() < 1000;) {
    const size_t got = source.read_at(position, header);
    if (got < 8) break;
    uint64_t size = big_endian(header.data(), 4);
    const auto name = static_cast<uint32_t>(big_endian(header.data() + 4, 4));
    if (boxes.empty() && name != box_name("ftyp") && name != box_name("moov") && name != box_name("mdat") &&
        name != box_name("wide") && name != box_name("free") && name != box_name("skip"))
      break;
    if (size == 1 && got == header.size()) size = big_endian(header.data() + 8, 8);
    boxes.push_back({name, size == 0 || size <= file_size - position});
    if (size < 8 || !boxes.back().complete) break;
    position += size;
  }
  return boxes;
}

/// What the container's own structure says about a file that gave no track.
std::string why_no_tracks(const MediaSource& source) {
  const std::vector<TopLevelBox> boxes = top_level_boxes(source);
  if (boxes.empty()) return "not a video file";
  for (const TopLevelBox& box : boxes) {
    if (box.name != box_name("moov")) continue;
    return box.complete ? kDamagedHeader : "the download was cut off inside the video's header (moov box)";
  }
  return "not a video file or the download was cut off (no moov box)";
}

int open_nothing(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) { return AVERROR(EACCES); }

InputContextPtr open_container(const MediaSource& source, AVIOContext* input) {
  Dictionary settings;
  settings.set("format_whitelist", kContainers);
  settings.set("max_streams", std::to_string(kMostStreams));
  AVFormatContext* opened = avformat_alloc_context();
  if (!opened) throw std::bad_alloc();
  opened->pb = input;
  opened->io_open = open_nothing;
  const int code = avformat_open_input(&opened, source.name().c_str(), nullptr, settings.address());
  if (code < 0)
    throw Error({.file = source.name(),
                 .problem = code == AVERROR(ENOMEM) ? "opening it needs more memory than a worker may use"
                                                    : why_no_tracks(source),
                 .advice = "download or export it again"});
  return InputContextPtr(opened);
}

/// Reads ahead until the tracks' parameters are known, under the same limits as decoding.
void find_parameters(AVFormatContext& context) {
  std::vector<AVDictionary*> settings(context.nb_streams, nullptr);
  for (AVDictionary*& entry : settings) {
    av_dict_set_int(&entry, "max_pixels", int64_t{kMostPixelsASide} * kMostPixelsASide, 0);
    av_dict_set_int(&entry, "threads", 1, 0);
  }
  // A failure only means that some track stays unknown; choose() then leaves it out.
  avformat_find_stream_info(&context, settings.empty() ? nullptr : settings.data());
  for (AVDictionary*& entry : settings) av_dict_free(&entry);
}

/// Content of a protection system (pssh box). Not every scheme marks its packets, and decoding what is encrypted gives
/// noise that looks like a picture.
bool has_protection_system(const AVFormatContext& context) {
  for (unsigned i = 0; i < context.nb_streams; ++i)
    if (stream_side_data(*context.streams[i], AV_PKT_DATA_ENCRYPTION_INIT_INFO).data()) return true;
  return false;
}

}  // namespace

std::span<const uint8_t> stream_side_data(const AVStream& stream, AVPacketSideDataType type) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
  const AVCodecParameters& parameters = *stream.codecpar;
  const AVPacketSideData* entry =
      av_packet_side_data_get(parameters.coded_side_data, parameters.nb_coded_side_data, type);
  return entry ? std::span<const uint8_t>(entry->data, entry->size) : std::span<const uint8_t>();
#else
  size_t size = 0;
  const uint8_t* data = av_stream_get_side_data(&stream, type, &size);
  return {data, data ? size : 0};
#endif
}

MediaFile::MediaFile(const MediaSource& source, Reading reading)
    : reader_(source), context_(open_container(source, reader_.context())) {
  if (has_protection_system(*context_)) throw Error({.file = source.name(), .problem = "encrypted: cannot be decoded"});
  if (context_->nb_streams == 0 && !top_level_boxes(source).empty() && why_no_tracks(source) != kDamagedHeader)
    throw Error({.file = source.name(), .problem = why_no_tracks(source), .advice = "download or export it again"});
  if (reading == Reading::decoding || context_->nb_streams == 0 || (context_->ctx_flags & AVFMTCTX_NOHEADER) != 0)
    find_parameters(*context_);
}

AVStream* MediaFile::choose(AVMediaType type) const {
  AVStream* best = nullptr;
  int best_rank = -1;
  for (unsigned i = 0; i < context_->nb_streams; ++i) {
    AVStream* stream = context_->streams[i];
    if (stream->codecpar->codec_type != type) continue;
    if (stream->disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS)) continue;
    const int rank = 2 * (avcodec_find_decoder(stream->codecpar->codec_id) != nullptr) +
                     ((stream->disposition & AV_DISPOSITION_DEFAULT) != 0);
    if (rank > best_rank) {
      best = stream;
      best_rank = rank;
    }
  }
  return best;
}

void MediaFile::read_only(const AVStream* video, const AVStream* audio) {
  for (unsigned i = 0; i < context_->nb_streams; ++i) {
    AVStream* stream = context_->streams[i];
    stream->discard = stream == video || stream == audio ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
}

bool MediaFile::read(AVPacket& packet, std::string& problem) {
  av_packet_unref(&packet);
  const int code = av_read_frame(context_.get(), &packet);
  if (code >= 0) return true;
  if (code != AVERROR_EOF) problem = "reading stopped early (" + ffmpeg_error_text(code) + ")";
  return false;
}

bool is_encrypted(const AVStream& stream) {
  const uint32_t tag = stream.codecpar->codec_tag;
  return tag == MKTAG('e', 'n', 'c', 'v') || tag == MKTAG('e', 'n', 'c', 'a') || tag == MKTAG('d', 'r', 'm', 's') ||
         tag == MKTAG('d', 'r', 'm', 'i');
}

bool is_encrypted(const AVPacket& packet) {
  return av_packet_get_side_data(&packet, AV_PKT_DATA_ENCRYPTION_INFO, nullptr) != nullptr;
}

CodecContextPtr open_decoder(const AVStream& stream, int threads, std::string& problem) {
  const AVCodecParameters& parameters = *stream.codecpar;
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  if (!codec) {
    problem = std::string("there is no decoder for its codec (") + avcodec_get_name(parameters.codec_id) + ")";
    return nullptr;
  }
  CodecContextPtr context = require_memory(CodecContextPtr(avcodec_alloc_context3(codec)));
  int code = avcodec_parameters_to_context(context.get(), &parameters);
  context->pkt_timebase = stream.time_base;
  context->thread_count = threads;
  context->max_pixels = int64_t{kMostPixelsASide} * kMostPixelsASide;
  if (code >= 0) code = avcodec_open2(context.get(), codec, nullptr);
  if (code == AVERROR(ENOSYS) || code == AVERROR_PATCHWELCOME) {
    problem = std::string("the installed FFmpeg cannot decode this variant of its codec (") + codec->name + ")";
    return nullptr;
  }
  if (code < 0) {
    problem = std::string("its decoder (") + codec->name + ") refuses it: " + ffmpeg_error_text(code);
    return nullptr;
  }
  return context;
}

}  // namespace foreview
