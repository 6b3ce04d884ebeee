#include "media/track_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>

#include "core/json.h"
#include "foreview/error.h"
#include "media/frame_codec.h"
#include "media/waveform_codec.h"

namespace foreview {
namespace {

constexpr int kMostPixelsAStoredSide = 4096;
// Less than any frame's headers take, and more samples than a byte of the best compressed silence can stand for: what
// the file claims to hold is bounded by what it has.
constexpr int64_t kLeastFrameBytes = 100, kMostSamplesAByte = 4608;

}  // namespace

void TrackReader::damaged(const std::string& problem, const std::string& expected, const std::string& got) const {
  throw Error({.file = file_.string(),
               .problem = "damaged tracks: " + problem,
               .expected = expected,
               .got = got,
               .advice = "delete the file and run prepare again"});
}

TrackReader::TrackReader(const std::filesystem::path& file) : file_(file), stream_(file, std::ios::binary) {
  std::error_code failed;
  const uintmax_t size = std::filesystem::file_size(file, failed);
  if (failed || !stream_)
    throw Error({.file = file.string(), .problem = "cannot be read", .advice = "check the name and its permissions"});
  std::string first(std::min<uintmax_t>(8, size), '\0');
  stream_.read(first.data(), static_cast<std::streamsize>(first.size()));
  const size_t length = safetensors_header_length(first, size, file);
  std::string json(length, '\0');
  if (!stream_.read(json.data(), static_cast<std::streamsize>(length)))
    damaged("header", fmt::format("{} bytes", length), "less");
  data_start_ = 8 + length;
  SafetensorsHeader header = parse_safetensors_header(json, size - data_start_, file);
  metadata_ = std::move(header.metadata);
  for (SafetensorsEntry& found : header.entries) entries_.emplace(found.name, std::move(found));
  if (metadata("format") != kTracksFormat) damaged("format", kTracksFormat, metadata("format"));
  duration_ = seconds_of("duration");
  const nlohmann::json notes = parse_json(metadata("notes"), file);
  if (!notes.is_array()) damaged("notes", "an array of texts", notes.type_name());
  for (const nlohmann::json& note : notes) {
    if (!note.is_string()) damaged("notes", "an array of texts", note.type_name());
    notes_.push_back(note.get<std::string>());
  }
  if (entries_.contains("frame_jpeg")) read_frame_index();
}

const std::string& TrackReader::metadata(const std::string& key) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end()) damaged("metadata", key, "nothing");
  return found->second;
}

double TrackReader::seconds_of(const std::string& key) const {
  const std::string& text = metadata(key);
  char* end = nullptr;
  const double seconds = std::strtod(text.c_str(), &end);
  if (text.empty() || *end || !std::isfinite(seconds) || seconds < 0) damaged(key, "a number of seconds", text);
  return seconds;
}

const SafetensorsEntry& TrackReader::bytes_entry(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) damaged(name, "to be there", "nothing");
  if (found->second.type != DataType::u8 || found->second.shape.size() != 1)
    damaged(name, "U8 [bytes]", std::string(name_of(found->second.type)) + " " + shape_text(found->second.shape));
  return found->second;
}

const SafetensorsEntry& TrackReader::entry(const std::string& name, DataType type,
                                           const std::vector<int64_t>& shape) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) damaged(name, "to be there", "nothing");
  if (found->second.type != type || found->second.shape != shape)
    damaged(name, std::string(name_of(type)) + " " + shape_text(shape),
            std::string(name_of(found->second.type)) + " " + shape_text(found->second.shape));
  return found->second;
}

std::string TrackReader::read(const SafetensorsEntry& entry, size_t from, size_t size) const {
  std::string bytes(size, '\0');
  stream_.clear();
  stream_.seekg(static_cast<std::streamoff>(data_start_ + entry.begin + from));
  if (!stream_.read(bytes.data(), static_cast<std::streamsize>(size)))
    damaged(entry.name, fmt::format("{} bytes", size), "less");
  return bytes;
}

template <class T>
std::vector<T> TrackReader::values(const SafetensorsEntry& entry) const {
  const std::string bytes = read(entry, 0, entry.end - entry.begin);
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

void TrackReader::read_frame_index() {
  const int64_t data = bytes_entry("frame_jpeg").shape[0];
  const auto ends = entries_.find("frame_ends");
  const int64_t count = ends == entries_.end() || ends->second.shape.empty() ? 0 : ends->second.shape[0];
  if (count < 1 || count > data / kLeastFrameBytes)
    damaged("frame_ends", fmt::format("1 to {} frames", data / kLeastFrameBytes), std::to_string(count));
  ends_ = values<int64_t>(entry("frame_ends", DataType::i64, {count}));
  int64_t before = 0;
  for (const int64_t end : ends_) {
    if (end <= before || end > data) damaged("frame_ends", fmt::format("rising, up to {}", data), std::to_string(end));
    before = end;
  }
  times_ = values<double>(entry("frame_times", DataType::f64, {count}));
  double previous = -1;
  for (const double time : times_) {
    if (!std::isfinite(time) || time <= previous)
      damaged("frame_times", "rising seconds from 0", fmt::format("{} after {}", time, previous));
    previous = time;
  }
  const auto size = values<int32_t>(entry("frame_size", DataType::i32, {2}));
  shape_.width = size[0];
  shape_.height = size[1];
  if (size[0] < 1 || size[1] < 1 || size[0] > kMostPixelsAStoredSide || size[1] > kMostPixelsAStoredSide)
    damaged("frame_size", fmt::format("1 to {} pixels", kMostPixelsAStoredSide),
            fmt::format("{}x{}", size[0], size[1]));
  const auto box = values<int32_t>(entry("content_box", DataType::i32, {4}));
  if (box[0] < 0 || box[1] < 0 || box[2] < 1 || box[3] < 1 || int64_t{box[0]} + box[2] > size[0] ||
      int64_t{box[1]} + box[3] > size[1])
    damaged("content_box", fmt::format("a box inside {}x{}", size[0], size[1]),
            fmt::format("[{}]", fmt::join(box, ", ")));
  std::copy(box.begin(), box.end(), shape_.content_box.begin());
}

Frames TrackReader::frames(size_t first, size_t count) const {
  Frames frames = shape_;
  const size_t last = first + std::min(count, frame_count() - std::min(first, frame_count()));
  if (last <= first) return frames;
  const size_t begin = first == 0 ? 0 : static_cast<size_t>(ends_[first - 1]);
  const std::string data = read(bytes_entry("frame_jpeg"), begin, static_cast<size_t>(ends_[last - 1]) - begin);
  const size_t frame_bytes = size_t{3} * frames.width * frames.height;
  FrameDecoder decoder;
  for (size_t i = first, from = begin; i < last; from = static_cast<size_t>(ends_[i++])) {
    const std::string_view coded(data.data() + (from - begin), static_cast<size_t>(ends_[i]) - from);
    // Grown as frames turn out to be there: a file that only claims to hold many asks for no more memory.
    frames.pixels.resize(frames.pixels.size() + frame_bytes);
    if (!decoder.decode(coded, frames.width, frames.height, std::span(frames.pixels).last(frame_bytes)))
      damaged("frame " + std::to_string(i), fmt::format("{}x{} pixels", frames.width, frames.height), "other bytes");
    if (i == first) frames.pixels.reserve(frame_bytes * (last - first));
    frames.times.push_back(times_[i]);
  }
  return frames;
}

Waveform TrackReader::waveform() const {
  Waveform waveform;
  if (metadata("sample_rate") != std::to_string(waveform.sample_rate))
    damaged("sample_rate", std::to_string(waveform.sample_rate), metadata("sample_rate"));
  const SafetensorsEntry& data = bytes_entry("waveform_flac");
  const int64_t count = values<int64_t>(entry("waveform_samples", DataType::i64, {})).at(0);
  if (count < 1 || count > data.shape[0] * kMostSamplesAByte)
    damaged("waveform_samples", fmt::format("1 to {}", data.shape[0] * kMostSamplesAByte), std::to_string(count));
  waveform.start = values<double>(entry("waveform_start", DataType::f64, {})).at(0);
  if (!std::isfinite(waveform.start) || waveform.start < 0)
    damaged("waveform_start", "seconds from 0", fmt::format("{}", waveform.start));
  waveform.samples =
      decode_waveform(read(data, 0, data.end - data.begin), static_cast<size_t>(count), waveform.sample_rate);
  if (waveform.samples.empty()) damaged("waveform_flac", fmt::format("{} samples", count), "other bytes");
  return waveform;
}

Tracks read_tracks(const std::filesystem::path& file) {
  const TrackReader reader(file);
  Tracks tracks;
  tracks.duration = reader.duration();
  tracks.notes = reader.notes();
  if (reader.has_frames()) tracks.frames = reader.frames(0, reader.frame_count());
  if (reader.has_waveform()) tracks.waveform = reader.waveform();
  return tracks;
}

}  // namespace foreview
