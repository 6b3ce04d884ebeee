#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <new>
#include <string>

// Every FFmpeg handle is owned by one of these; nothing in this project frees one by hand.
namespace foreview {

template <auto free_function>
struct FreeByAddress {
  template <class T>
  void operator()(T* handle) const {
    free_function(&handle);
  }
};

struct FreeSwsContext {
  void operator()(SwsContext* context) const { sws_freeContext(context); }
};

/// A muxer and the file it writes.
struct FreeOutputContext {
  void operator()(AVFormatContext* context) const {
    if (context->pb) avio_closep(&context->pb);
    avformat_free_context(context);
  }
};

using InputContextPtr = std::unique_ptr<AVFormatContext, FreeByAddress<avformat_close_input>>;
using OutputContextPtr = std::unique_ptr<AVFormatContext, FreeOutputContext>;
using CodecContextPtr = std::unique_ptr<AVCodecContext, FreeByAddress<avcodec_free_context>>;
using FramePtr = std::unique_ptr<AVFrame, FreeByAddress<av_frame_free>>;
using PacketPtr = std::unique_ptr<AVPacket, FreeByAddress<av_packet_free>>;
using SwsContextPtr = std::unique_ptr<SwsContext, FreeSwsContext>;
using SwrContextPtr = std::unique_ptr<SwrContext, FreeByAddress<swr_free>>;

/// An option dictionary; FFmpeg replaces the pointer while it reads it.
class Dictionary {
 public:
  Dictionary() = default;
  ~Dictionary() { av_dict_free(&entries_); }
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  void set(const char* key, const std::string& value) { av_dict_set(&entries_, key, value.c_str(), 0); }
  AVDictionary** address() { return &entries_; }

 private:
  AVDictionary* entries_ = nullptr;
};

/// FFmpeg's own words for a negative return value.
std::string ffmpeg_error_text(int code);

/// Throws std::bad_alloc when FFmpeg had no memory for `handle`.
template <class Handle>
Handle require_memory(Handle handle) {
  if (!handle) throw std::bad_alloc();
  return handle;
}

inline FramePtr new_frame() { return require_memory(FramePtr(av_frame_alloc())); }
inline PacketPtr new_packet() { return require_memory(PacketPtr(av_packet_alloc())); }

}  // namespace foreview
