#include "media/tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "core/json.h"
#include "core/safetensors.h"
#include "foreview/error.h"

// Stored form, version 1: a safetensors file with
//   frames U8 [T, height, width, 3], frame_times F64 [T], content_box I32 [4]     when there is a visual track
//   waveform F32 [N], waveform_start F64 []                                       when there is an audio track
// and the metadata "format" = "foreview-tracks-1", "duration" (seconds), "sample_rate" and "notes" (a JSON array of
// texts).
namespace foreview {
namespace {

constexpr const char* kFormat = "foreview-tracks-1";

[[noreturn]] void damaged(const std::filesystem::path& file, const std::string& problem, const std::string& expected,
                          const std::string& got) {
  throw Error({.file = file.string(),
               .problem = "damaged tracks: " + problem,
               .expected = expected,
               .got = got,
               .advice = "delete the file and run prepare again"});
}

std::string shape_text(const std::vector<int64_t>& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

void require_shape(const SafetensorsFile& stored, const std::string& name, const std::vector<int64_t>& shape) {
  const std::vector<int64_t>& got = stored.at(name).shape;
  if (got != shape) damaged(stored.file, "shape of " + name, shape_text(shape), shape_text(got));
}

template <class T>
std::vector<T> values_of(const SafetensorsFile& stored, const std::string& name, DataType type) {
  const StoredTensor& tensor = stored.at(name);
  if (tensor.type != type)
    damaged(stored.file, "type of " + name, std::string(name_of(type)), std::string(name_of(tensor.type)));
  return tensor.values<T>(name);
}

const std::string& metadata_entry(const SafetensorsFile& stored, const std::string& key) {
  const auto found = stored.metadata.find(key);
  if (found == stored.metadata.end()) damaged(stored.file, "metadata", key, "nothing");
  return found->second;
}

double parse_seconds(const SafetensorsFile& stored, const std::string& key) {
  const std::string& text = metadata_entry(stored, key);
  char* end = nullptr;
  const double seconds = std::strtod(text.c_str(), &end);
  if (text.empty() || *end || !std::isfinite(seconds) || seconds < 0)
    damaged(stored.file, key, "a number of seconds", text);
  return seconds;
}

void require_rising(const std::vector<double>& times, const std::filesystem::path& file) {
  double previous = -1;
  for (const double time : times) {
    if (!std::isfinite(time) || time <= previous)
      damaged(file, "frame_times", "rising seconds from 0", fmt::format("{} after {}", time, previous));
    previous = time;
  }
}

Frames read_frames(const SafetensorsFile& stored) {
  const std::vector<int64_t>& shape = stored.at("frames").shape;
  if (shape.size() != 4 || shape[0] < 1 || shape[1] < 1 || shape[2] < 1 || shape[1] > 32768 || shape[2] > 32768 ||
      shape[3] != 3)
    damaged(stored.file, "shape of frames", "[T, height, width, 3]", shape_text(shape));
  Frames frames;
  frames.height = static_cast<int>(shape[1]);
  frames.width = static_cast<int>(shape[2]);
  frames.pixels = values_of<uint8_t>(stored, "frames", DataType::u8);
  require_shape(stored, "frame_times", {shape[0]});
  frames.times = values_of<double>(stored, "frame_times", DataType::f64);
  require_rising(frames.times, stored.file);
  require_shape(stored, "content_box", {4});
  const std::vector<int32_t> box = values_of<int32_t>(stored, "content_box", DataType::i32);
  if (box[0] < 0 || box[1] < 0 || box[2] < 1 || box[3] < 1 || int64_t{box[0]} + box[2] > frames.width ||
      int64_t{box[1]} + box[3] > frames.height)
    damaged(stored.file, "content_box", fmt::format("a box inside {}x{}", frames.width, frames.height),
            fmt::format("[{}]", fmt::join(box, ", ")));
  std::copy(box.begin(), box.end(), frames.content_box.begin());
  return frames;
}

Waveform read_waveform(const SafetensorsFile& stored) {
  Waveform waveform;
  const std::vector<int64_t>& shape = stored.at("waveform").shape;
  if (shape.size() != 1) damaged(stored.file, "shape of waveform", "[N]", shape_text(shape));
  if (metadata_entry(stored, "sample_rate") != std::to_string(waveform.sample_rate))
    damaged(stored.file, "sample_rate", std::to_string(waveform.sample_rate), metadata_entry(stored, "sample_rate"));
  waveform.samples = values_of<float>(stored, "waveform", DataType::f32);
  for (const float sample : waveform.samples)
    if (!std::isfinite(sample)) damaged(stored.file, "waveform", "finite samples", fmt::format("{}", sample));
  require_shape(stored, "waveform_start", {});
  waveform.start = values_of<double>(stored, "waveform_start", DataType::f64).at(0);
  if (!std::isfinite(waveform.start) || waveform.start < 0)
    damaged(stored.file, "waveform_start", "seconds from 0", fmt::format("{}", waveform.start));
  return waveform;
}

std::vector<std::string> read_notes(const SafetensorsFile& stored) {
  const nlohmann::json notes = parse_json(metadata_entry(stored, "notes"), stored.file);
  if (!notes.is_array()) damaged(stored.file, "notes", "an array of texts", notes.type_name());
  std::vector<std::string> texts;
  for (const nlohmann::json& note : notes) {
    if (!note.is_string()) damaged(stored.file, "notes", "an array of texts", note.type_name());
    texts.push_back(note.get<std::string>());
  }
  return texts;
}

}  // namespace

std::string SamplingOptions::canonical() const {
  return fmt::format("{} frames_per_second={} size={}x{} most_seconds={} video={} audio={}", kFormat, frames_per_second,
                     width, height, most_seconds, video, audio);
}

void write_tracks(const std::filesystem::path& file, const Tracks& tracks) {
  SafetensorsFile stored;
  stored.metadata = {
      {"format", kFormat}, {"duration", fmt::format("{}", tracks.duration)}, {"notes", dump_json(tracks.notes)}};
  if (tracks.frames) {
    const Frames& frames = *tracks.frames;
    const auto count = static_cast<int64_t>(frames.count());
    if (frames.pixels.size() != frames.count() * frames.height * frames.width * 3)
      throw Error({.file = file.string(),
                   .problem = "frames do not fit their sizes",
                   .expected = fmt::format("{} x {} x {} x 3 bytes", count, frames.height, frames.width),
                   .got = std::to_string(frames.pixels.size())});
    stored.tensors["frames"] = StoredTensor::from({count, frames.height, frames.width, 3}, frames.pixels.data());
    stored.tensors["frame_times"] = StoredTensor::from({count}, frames.times.data());
    stored.tensors["content_box"] = StoredTensor::from({4}, frames.content_box.data());
  }
  if (tracks.waveform) {
    const Waveform& waveform = *tracks.waveform;
    stored.metadata["sample_rate"] = std::to_string(waveform.sample_rate);
    stored.tensors["waveform"] =
        StoredTensor::from({static_cast<int64_t>(waveform.samples.size())}, waveform.samples.data());
    stored.tensors["waveform_start"] = StoredTensor::from({}, &waveform.start);
  }
  write_safetensors(file, stored);
}

Tracks read_tracks(const std::filesystem::path& file) {
  const SafetensorsFile stored = read_safetensors(file);
  if (metadata_entry(stored, "format") != kFormat) damaged(file, "format", kFormat, metadata_entry(stored, "format"));
  Tracks tracks;
  tracks.duration = parse_seconds(stored, "duration");
  tracks.notes = read_notes(stored);
  if (stored.tensors.contains("frames")) tracks.frames = read_frames(stored);
  if (stored.tensors.contains("waveform")) tracks.waveform = read_waveform(stored);
  return tracks;
}

}  // namespace foreview
