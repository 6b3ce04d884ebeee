#include "media/source_reader.h"

#include <cerrno>
#include <cstdio>
#include <limits>
#include <new>

namespace foreview {
namespace {

constexpr int kBufferBytes = 1 << 16;

}  // namespace

SourceReader::SourceReader(const MediaSource& source) : source_(source) {
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
  if (!buffer) throw std::bad_alloc();
  context_ = avio_alloc_context(buffer, kBufferBytes, 0, this, read, nullptr, seek);
  if (!context_) {
    av_free(buffer);
    throw std::bad_alloc();
  }
}

SourceReader::~SourceReader() {
  av_freep(&context_->buffer);
  avio_context_free(&context_);
}

int SourceReader::read(void* reader, uint8_t* buffer, int size) {
  auto& own = *static_cast<SourceReader*>(reader);
  if (size <= 0) return AVERROR(EINVAL);
  const size_t got = own.source_.read_at(static_cast<uint64_t>(own.position_), {buffer, static_cast<size_t>(size)});
  own.position_ += static_cast<int64_t>(got);
  return got == 0 ? AVERROR_EOF : static_cast<int>(got);
}

int64_t SourceReader::seek(void* reader, int64_t offset, int whence) {
  auto& own = *static_cast<SourceReader*>(reader);
  const auto size = static_cast<int64_t>(own.source_.size());
  whence &= ~AVSEEK_FORCE;
  if (whence == AVSEEK_SIZE) return size;
  const int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? own.position_ : whence == SEEK_END ? size : -1;
  if (base < 0 || offset < -base || offset > std::numeric_limits<int64_t>::max() - base) return AVERROR(EINVAL);
  return own.position_ = base + offset;
}

}  // namespace foreview
