#include "media/track_signature.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>

#include "core/safetensors.h"
#include "foreview/error.h"
#include "media/luma.h"
#include "media/sound_codes.h"

namespace foreview {
namespace {

constexpr size_t most_frames_kept = 48;
constexpr int cells_across = 16;

/// Mean brightness (0 to 255) of `columns` x `rows` cells of a frame's picture.
std::vector<double> cell_means(const Frames& frames, size_t index, int columns, int rows) {
  const auto [left, top, width, height] = frames.content_box;
  const uint8_t* pixels = frames.pixels.data() + index * static_cast<size_t>(frames.width) * frames.height * 3;
  std::vector<double> sums(static_cast<size_t>(columns) * rows, 0.0), counts(sums.size(), 0.0);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const uint8_t* pixel = pixels + (static_cast<size_t>(top + y) * frames.width + left + x) * 3;
      const size_t cell = static_cast<size_t>(y * rows / height) * columns + x * columns / width;
      sums[cell] += luma<double>(pixel);
      counts[cell] += 1;
    }
  for (size_t i = 0; i < sums.size(); ++i) sums[i] = counts[i] > 0 ? sums[i] / counts[i] : 0;
  return sums;
}

bool shows_something(const std::vector<double>& cells) {
  constexpr double least_deviation = 6;  // grey levels
  double mean = 0, squares = 0;
  for (const double cell : cells) mean += cell / static_cast<double>(cells.size());
  for (const double cell : cells) squares += (cell - mean) * (cell - mean);
  return std::sqrt(squares / static_cast<double>(cells.size())) >= least_deviation;
}

std::vector<FrameSignature> frame_signatures(const Frames& frames) {
  std::vector<FrameSignature> signatures;
  const size_t kept = std::min(frames.count(), most_frames_kept);
  if (frames.content_box[2] < cells_across || frames.content_box[3] < cells_across) return signatures;
  for (size_t i = 0; i < kept; ++i) {
    const size_t index = i * frames.count() / kept;
    const std::vector<double> cells = cell_means(frames, index, cells_across, cells_across);
    if (!shows_something(cells)) continue;
    FrameSignature signature;
    for (size_t c = 0; c < cells.size(); ++c) signature.cells[c] = static_cast<uint8_t>(std::lround(cells[c]));
    const std::vector<double> coarse = cell_means(frames, index, 9, 8);
    for (int row = 0; row < 8; ++row)
      for (int column = 0; column < 8; ++column)
        signature.hash = signature.hash << 1 | (coarse[row * 9 + column] > coarse[row * 9 + column + 1]);
    signatures.push_back(signature);
  }
  return signatures;
}

/// The same picture: the hash says so, and no part of it differs as another person in it would.
bool near_identical(const FrameSignature& a, const FrameSignature& b) {
  constexpr int most_bits = 8, most_levels = 14;
  constexpr size_t most_different_cells = 4;
  if (std::popcount(a.hash ^ b.hash) > most_bits) return false;
  size_t different = 0;
  for (size_t i = 0; i < a.cells.size(); ++i) different += std::abs(a.cells[i] - b.cells[i]) > most_levels;
  return different <= most_different_cells;
}

size_t found_in(const std::vector<FrameSignature>& frames, const std::vector<FrameSignature>& others) {
  return static_cast<size_t>(std::count_if(frames.begin(), frames.end(), [&](const FrameSignature& frame) {
    return std::any_of(others.begin(), others.end(),
                       [&](const FrameSignature& other) { return near_identical(frame, other); });
  }));
}

/// The shift (codes) at which most codes of two sounds agree; absent when few do.
std::optional<int> likely_shift(const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
  constexpr size_t least_agreeing = 4, most_places = 16;  // a code that stands everywhere says nothing
  std::map<int32_t, std::vector<int>> places;
  for (size_t i = 0; i < a.size(); ++i)
    if (a[i] >= 0) places[a[i]].push_back(static_cast<int>(i));
  std::map<int, size_t> votes;
  for (size_t i = 0; i < b.size(); ++i) {
    const auto found = b[i] < 0 ? places.end() : places.find(b[i]);
    if (found == places.end() || found->second.size() > most_places) continue;
    for (const int place : found->second) ++votes[place - static_cast<int>(i)];
  }
  const auto best = std::max_element(votes.begin(), votes.end(),
                                     [](const auto& one, const auto& other) { return one.second < other.second; });
  if (best == votes.end() || best->second < least_agreeing) return std::nullopt;
  return best->first;
}

}  // namespace

TrackSignature track_signature(const Tracks& tracks) {
  TrackSignature signature;
  if (tracks.frames) signature.frames = frame_signatures(*tracks.frames);
  if (tracks.waveform) signature.sound = sound_codes(*tracks.waveform);
  return signature;
}

bool same_pictures(const TrackSignature& a, const TrackSignature& b) {
  constexpr size_t least_frames = 3;
  constexpr double least_share = 0.8;
  if (std::min(a.frames.size(), b.frames.size()) < least_frames) return false;
  const auto mostly = [&](const auto& frames, const auto& others) {
    return static_cast<double>(found_in(frames, others)) >= least_share * static_cast<double>(frames.size());
  };
  return mostly(a.frames, b.frames) && mostly(b.frames, a.frames);
}

bool same_sound(const TrackSignature& a, const TrackSignature& b) {
  constexpr double least_share = 0.8, most_apart = 0.25;
  constexpr size_t least_codes = 78;  // 5 s
  const auto shift = likely_shift(a.sound, b.sound);
  if (!shift) return false;
  size_t compared = 0, apart = 0;
  for (size_t i = 0; i < b.sound.size(); ++i) {
    const auto other = static_cast<int64_t>(i) + *shift;
    if (other < 0 || other >= static_cast<int64_t>(a.sound.size())) continue;
    const int32_t one = a.sound[static_cast<size_t>(other)], two = b.sound[i];
    if (one < 0 || two < 0) continue;
    ++compared;
    apart += static_cast<size_t>(std::popcount(static_cast<uint32_t>(one ^ two)));
  }
  const auto heard = [](const std::vector<int32_t>& sound) {
    return static_cast<size_t>(std::count_if(sound.begin(), sound.end(), [](int32_t code) { return code >= 0; }));
  };
  const double longer = static_cast<double>(std::max(heard(a.sound), heard(b.sound)));
  return compared >= least_codes && static_cast<double>(compared) >= least_share * longer &&
         static_cast<double>(apart) <= most_apart * static_cast<double>(compared) * sound_code_bits;
}

void write_signature(const std::filesystem::path& file, const TrackSignature& signature) {
  const auto count = static_cast<int64_t>(signature.frames.size());
  std::vector<int64_t> hashes;
  std::vector<uint8_t> cells;
  for (const FrameSignature& frame : signature.frames) {
    hashes.push_back(std::bit_cast<int64_t>(frame.hash));
    cells.insert(cells.end(), frame.cells.begin(), frame.cells.end());
  }
  SafetensorsFile stored;
  stored.tensors["frame_hash"] = StoredTensor::from<int64_t>({count}, hashes.data());
  stored.tensors["frame_cells"] = StoredTensor::from<uint8_t>({count, 256}, cells.data());
  stored.tensors["sound"] =
      StoredTensor::from<int32_t>({static_cast<int64_t>(signature.sound.size())}, signature.sound.data());
  write_safetensors(file, stored);
}

TrackSignature read_signature(const std::filesystem::path& file) {
  const SafetensorsFile stored = read_safetensors(file);
  const auto hashes = stored.at("frame_hash").values<int64_t>("frame_hash");
  const auto cells = stored.at("frame_cells").values<uint8_t>("frame_cells");
  if (cells.size() != hashes.size() * 256)
    throw Error(
        {.file = file.string(), .problem = "its shapes are wrong", .advice = "remove the file; it is made anew"});
  TrackSignature signature{.frames = std::vector<FrameSignature>(hashes.size()),
                           .sound = stored.at("sound").values<int32_t>("sound")};
  for (size_t i = 0; i < hashes.size(); ++i) {
    signature.frames[i].hash = std::bit_cast<uint64_t>(hashes[i]);
    std::memcpy(signature.frames[i].cells.data(), cells.data() + i * 256, 256);
  }
  return signature;
}

}  // namespace foreview
