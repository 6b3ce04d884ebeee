#include "core/line_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "foreview/error.h"

namespace foreview {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw Error({.file = file.string(),
               .problem = std::string("cannot be read: ") + std::strerror(errno),
               .advice = "check the file and its permissions"});
}

}  // namespace

LineReader::LineReader(const std::filesystem::path& file, size_t most_bytes) : file_(file), most_bytes_(most_bytes) {
  errno = 0;
  stream_.open(file, std::ios::binary);
  if (!stream_) refuse(file);
}

bool LineReader::fill() {
  constexpr size_t chunk = size_t{1} << 20;
  buffer_.resize(chunk);
  errno = 0;
  stream_.read(buffer_.data(), chunk);
  buffer_.resize(static_cast<size_t>(stream_.gcount()));
  at_ = 0;
  if (buffer_.empty() && (stream_.bad() || errno != 0)) refuse(file_);
  return !buffer_.empty();
}

bool LineReader::next(std::string& line) {
  line.clear();
  is_cut_ = false;
  bool any = false;
  while (at_ < buffer_.size() || fill()) {
    any = true;
    const size_t end = buffer_.find('\n', at_), stop = std::min(end, buffer_.size());
    const size_t room = most_bytes_ - line.size();
    line.append(buffer_, at_, std::min(stop - at_, room));
    is_cut_ = is_cut_ || stop - at_ > room;
    at_ = stop;
    if (end == std::string::npos) continue;
    ++at_;
    break;
  }
  number_ += any;
  return any;
}

}  // namespace foreview
