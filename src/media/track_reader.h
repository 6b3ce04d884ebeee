#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/safetensors_header.h"
#include "media/tracks.h"

namespace foreview {

inline constexpr const char* kTracksFormat = "foreview-tracks-2";

/// An opened file of prepared tracks: clips can be read at random without the rest. Nothing in the file is trusted;
/// sizes are checked before memory is asked for. Throws Error naming the file and what is damaged. One thread at a
/// time.
class TrackReader {
 public:
  explicit TrackReader(const std::filesystem::path& file);

  bool has_frames() const { return !ends_.empty(); }
  size_t frame_count() const { return ends_.size(); }
  bool has_waveform() const { return entries_.contains("waveform_flac"); }
  double duration() const { return duration_; }
  const std::vector<std::string>& notes() const { return notes_; }

  /// Frames [first, first + count), cut at the track's end.
  Frames frames(size_t first, size_t count) const;
  Waveform waveform() const;

 private:
  [[noreturn]] void damaged(const std::string& problem, const std::string& expected, const std::string& got) const;
  const SafetensorsEntry& entry(const std::string& name, DataType type, const std::vector<int64_t>& shape) const;
  const SafetensorsEntry& bytes_entry(const std::string& name) const;
  std::string read(const SafetensorsEntry& entry, size_t from, size_t size) const;
  template <class T>
  std::vector<T> values(const SafetensorsEntry& entry) const;
  double seconds_of(const std::string& key) const;
  const std::string& metadata(const std::string& key) const;
  void read_frame_index();

  std::filesystem::path file_;
  mutable std::ifstream stream_;
  size_t data_start_ = 0;  // bytes from the start of the file
  std::map<std::string, std::string> metadata_;
  std::map<std::string, SafetensorsEntry> entries_;
  double duration_ = 0;
  std::vector<std::string> notes_;
  Frames shape_;               // sizes and content box; no pixels
  std::vector<int64_t> ends_;  // [frames], bytes into frame_jpeg
  std::vector<double> times_;  // [frames], seconds
};

}  // namespace foreview
