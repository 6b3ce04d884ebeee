#include "media/describe.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/avutil.h>
}

#include <utility>

namespace foreview {

std::string describe_ffmpeg() {
  static constexpr std::pair<AVCodecID, const char*> kCodecs[] = {
      {AV_CODEC_ID_H264, "H.264"}, {AV_CODEC_ID_HEVC, "HEVC"}, {AV_CODEC_ID_VP9, "VP9"},
      {AV_CODEC_ID_AV1, "AV1"},    {AV_CODEC_ID_AAC, "AAC"},   {AV_CODEC_ID_OPUS, "Opus"}};
  std::string text = std::string("FFmpeg ") + av_version_info() + ", decodes";
  for (const auto& [id, name] : kCodecs)
    if (avcodec_find_decoder(id)) text += std::string(" ") + name;
  return text;
}

}  // namespace foreview
