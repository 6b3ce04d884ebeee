// foreview-worker: decodes media files in a process of its own, which gives up whatever decoding does not need before
// it sees a file. Requests come on stdin, a socket, each with the descriptors it works on; answers go to stdout (see
// decode_messages.h) until stdin ends.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "core/text.h"
#include "foreview/error.h"
#include "media/confinement.h"
#include "media/decode.h"
#include "media/decode_messages.h"
#include "media/ffmpeg_handles.h"
#include "media/media_facts.h"

namespace foreview {
namespace {

constexpr size_t kMostDescriptors = 2;
constexpr size_t kMostRequestBytes = size_t{1} << 20;

struct Request {
  std::string line;
  std::vector<OwnedDescriptor> descriptors;
};

/// The next line of stdin with the descriptors that came along; none at its end.
std::optional<Request> next_request(std::string& pending) {
  Request request;
  for (;;) {
    if (const size_t end = pending.find('\n'); end != std::string::npos) {
      request.line = pending.substr(0, end);
      pending.erase(0, end + 1);
      return request;
    }
    if (pending.size() > kMostRequestBytes) return std::nullopt;
    std::array<char, 4096> bytes;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kMostDescriptors * sizeof(int))> control{};
    iovec to{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_iov = &to;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t got = ::recvmsg(STDIN_FILENO, &message, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
      if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
      for (size_t at = 0; at + sizeof(int) <= header->cmsg_len - CMSG_LEN(0); at += sizeof(int)) {
        int descriptor = -1;
        std::memcpy(&descriptor, CMSG_DATA(header) + at, sizeof(int));
        request.descriptors.emplace_back(descriptor);
      }
    }
    pending.append(bytes.data(), static_cast<size_t>(got));
  }
}

bool write_all(int descriptor, const void* bytes, size_t size) {
  const auto* from = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = ::write(descriptor, from, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    from += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

/// The error without the file's name, which the asker knows.
std::string reason_of(const Error& error, const std::string& name) {
  ErrorParts parts = error.parts();
  if (parts.file == name) parts.file.clear();
  return clean_utf8(Error(parts).what());
}

WorkerAnswer hand_over(const Tracks& tracks, int output) {
  WorkerAnswer answer{.ok = true, .duration = tracks.duration, .notes = tracks.notes};
  bool written = true;
  if (tracks.frames) {
    answer.frames = {.count = tracks.frames->count(), .content_box = tracks.frames->content_box};
    written = write_all(output, tracks.frames->pixels.data(), tracks.frames->pixels.size());
  }
  if (tracks.waveform) {
    const auto& samples = tracks.waveform->samples;
    answer.waveform = {.samples = samples.size(), .start = tracks.waveform->start};
    written = written && write_all(output, samples.data(), samples.size() * sizeof(float));
  }
  if (!written) throw std::bad_alloc();  // the shared memory
  return answer;
}

WorkerAnswer answer(Request request) {
  WorkerRequest wanted;
  try {
    wanted = parse_worker_request(request.line);
    if (request.descriptors.size() != kMostDescriptors)
      throw Error({.problem = "a request without its two descriptors reached the decode worker"});
    const MediaSource source(std::move(request.descriptors[0]), wanted.name);
    if (wanted.task == WorkerTask::probe) return {.ok = true, .facts = probe_media(source, wanted.options).to_json()};
    return hand_over(decode_media(source, wanted.options, wanted.threads), request.descriptors[1].get());
  } catch (const Error& error) {
    return {.reason = reason_of(error, wanted.name)};
  } catch (const std::bad_alloc&) {
    return {.reason = "decoding needs more memory than a worker may use"};
  } catch (const std::exception& error) {
    return {.reason = clean_utf8(error.what())};
  }
}

}  // namespace
}  // namespace foreview

int main() {
  av_log_set_level(AV_LOG_QUIET);
  foreview::limit_files();
  const bool confined = foreview::confine_process();
  std::string pending;
  while (std::optional<foreview::Request> request = foreview::next_request(pending)) {
    foreview::WorkerAnswer answer = foreview::answer(std::move(*request));
    answer.confined = confined;
    const std::string line = foreview::to_line(answer) + "\n";
    if (!foreview::write_all(STDOUT_FILENO, line.data(), line.size())) return 1;
  }
  return 0;
}
