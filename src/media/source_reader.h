#pragma once

#include "media/ffmpeg_handles.h"
#include "media/media_source.h"

namespace foreview {

/// FFmpeg's view of an opened file, with a position of its own: several may read one source.
class SourceReader {
 public:
  /// `source` must outlive this.
  explicit SourceReader(const MediaSource& source);
  ~SourceReader();
  SourceReader(const SourceReader&) = delete;
  SourceReader& operator=(const SourceReader&) = delete;

  AVIOContext* context() const { return context_; }

 private:
  static int read(void* reader, uint8_t* buffer, int size);
  static int64_t seek(void* reader, int64_t offset, int whence);

  const MediaSource& source_;
  int64_t position_ = 0;
  AVIOContext* context_ = nullptr;  // its buffer may be replaced by FFmpeg, so both are freed together
};

}  // namespace foreview
