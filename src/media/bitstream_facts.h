#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <cstdint>
#include <span>

namespace foreview {

/// What the first bits of a coded picture tell; the defaults hold where a codec tells nothing.
struct PictureFacts {
  bool unreferenced = false;     // no other picture is predicted from it
  bool may_be_entry = true;      // false: a key frame from which later pictures may still look back
  bool hidden = false;           // it is never shown
  bool skipped_leading = false;  // cannot be decoded when decoding began with the entry before it (H.265 RASL)
};

/// `packet` is one coded picture as its container stores it, `extradata` the codec's configuration record. Nothing is
/// read beyond either; bytes that make no sense give the defaults, with no entry for H.264 and HEVC.
PictureFacts picture_facts(AVCodecID codec, std::span<const uint8_t> packet, std::span<const uint8_t> extradata);

}  // namespace foreview
