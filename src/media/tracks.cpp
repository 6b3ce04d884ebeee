#include "media/tracks.h"

#include <fmt/format.h>

#include <span>

#include "core/json.h"
#include "core/safetensors.h"
#include "foreview/error.h"
#include "media/frame_codec.h"
#include "media/track_reader.h"
#include "media/waveform_codec.h"

namespace foreview {
namespace {

/// Frames one behind the other, with the end of each.
void add_frames(SafetensorsFile& stored, const Frames& frames) {
  const size_t bytes = size_t{3} * frames.width * frames.height;
  FrameEncoder encoder;
  std::string data;
  std::vector<int64_t> ends;
  for (size_t i = 0; i < frames.count(); ++i) {
    data += encoder.encode(std::span(frames.pixels).subspan(i * bytes, bytes), frames.width, frames.height);
    ends.push_back(static_cast<int64_t>(data.size()));
  }
  const auto count = static_cast<int64_t>(frames.count());
  const std::array<int32_t, 2> size = {frames.width, frames.height};
  stored.tensors["frame_jpeg"] =
      StoredTensor::from({static_cast<int64_t>(data.size())}, reinterpret_cast<const uint8_t*>(data.data()));
  stored.tensors["frame_ends"] = StoredTensor::from({count}, ends.data());
  stored.tensors["frame_times"] = StoredTensor::from({count}, frames.times.data());
  stored.tensors["frame_size"] = StoredTensor::from({2}, size.data());
  stored.tensors["content_box"] = StoredTensor::from({4}, frames.content_box.data());
}

void add_waveform(SafetensorsFile& stored, const Waveform& waveform) {
  const std::string data = encode_waveform(waveform.samples, waveform.sample_rate);
  const auto count = static_cast<int64_t>(waveform.samples.size());
  stored.metadata["sample_rate"] = std::to_string(waveform.sample_rate);
  stored.tensors["waveform_flac"] =
      StoredTensor::from({static_cast<int64_t>(data.size())}, reinterpret_cast<const uint8_t*>(data.data()));
  stored.tensors["waveform_samples"] = StoredTensor::from({}, &count);
  stored.tensors["waveform_start"] = StoredTensor::from({}, &waveform.start);
}

}  // namespace

std::string SamplingOptions::canonical() const {
  return fmt::format("{} frames_per_second={} size={}x{} most_seconds={} mode={} video={} audio={}", kTracksFormat,
                     frames_per_second, width, height, most_seconds, mode, video, audio);
}

void write_tracks(const std::filesystem::path& file, const Tracks& tracks) {
  SafetensorsFile stored;
  stored.metadata = {
      {"format", kTracksFormat}, {"duration", fmt::format("{}", tracks.duration)}, {"notes", dump_json(tracks.notes)}};
  if (tracks.frames) {
    const Frames& frames = *tracks.frames;
    if (frames.pixels.size() != frames.count() * frames.height * frames.width * 3)
      throw Error({.file = file.string(),
                   .problem = "frames do not fit their sizes",
                   .expected = fmt::format("{} x {} x {} x 3 bytes", frames.count(), frames.height, frames.width),
                   .got = std::to_string(frames.pixels.size())});
    add_frames(stored, frames);
  }
  if (tracks.waveform) add_waveform(stored, *tracks.waveform);
  write_safetensors(file, stored);
}

}  // namespace foreview
