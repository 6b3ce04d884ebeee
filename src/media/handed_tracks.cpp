#include "media/handed_tracks.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>

#include "core/text.h"
#include "foreview/error.h"
#include "media/sampling_plan.h"

namespace foreview {
namespace {

constexpr size_t kMostNotes = 20, kMostNoteBytes = 500;

void require(bool sound) {
  if (!sound) throw Error({.problem = "what the decoder handed over does not go together"});
}

void read_all(int memory, void* to, size_t size, size_t position) {
  auto* bytes = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t got = ::pread(memory, bytes, size, static_cast<off_t>(position));
    if (got < 0 && errno == EINTR) continue;
    require(got > 0);
    bytes += got;
    size -= static_cast<size_t>(got);
    position += static_cast<size_t>(got);
  }
}

}  // namespace

Tracks take_tracks(const WorkerAnswer& answer, const SamplingOptions& options, int memory) {
  Tracks tracks;
  require(answer.frames || answer.waveform);
  require(std::isfinite(answer.duration) && answer.duration >= 0 && answer.duration <= options.most_seconds + 1);
  tracks.duration = answer.duration;
  for (const std::string& note : answer.notes)
    if (tracks.notes.size() < kMostNotes) tracks.notes.push_back(clean_utf8(note.substr(0, kMostNoteBytes)));
  size_t position = 0;
  if (answer.frames) {
    const auto& box = answer.frames->content_box;
    require(answer.frames->count >= 1 && answer.frames->count <= most_frames(options));
    require(box[0] >= 0 && box[1] >= 0 && box[2] >= 1 && box[3] >= 1 && box[0] <= options.width - box[2] &&
            box[1] <= options.height - box[3]);
    Frames frames{.width = options.width, .height = options.height, .content_box = box};
    frames.pixels.resize(answer.frames->count * frames.width * frames.height * 3);
    read_all(memory, frames.pixels.data(), frames.pixels.size(), position);
    position += frames.pixels.size();
    for (size_t k = 0; k < answer.frames->count; ++k)
      frames.times.push_back(static_cast<double>(k) / options.frames_per_second);
    tracks.frames = std::move(frames);
  }
  if (answer.waveform) {
    Waveform waveform{.start = answer.waveform->start};
    const double most = std::ceil((options.most_seconds + 1) * waveform.sample_rate);
    require(answer.waveform->samples >= 1 && static_cast<double>(answer.waveform->samples) <= most);
    require(std::isfinite(waveform.start) && waveform.start >= 0 && waveform.start <= options.most_seconds);
    waveform.samples.resize(answer.waveform->samples);
    read_all(memory, waveform.samples.data(), waveform.samples.size() * sizeof(float), position);
    require(std::ranges::all_of(waveform.samples, [](float sample) { return std::isfinite(sample); }));
    tracks.waveform = std::move(waveform);
  }
  return tracks;
}

}  // namespace foreview
