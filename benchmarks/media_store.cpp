// How large prepared tracks are, how near to what was decoded, and how fast clips are read back at random:
//   benchmark-media_store FRAMES_A_SECOND FILE...
// Decodes in this process, so only for files that are trusted.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/random.h"
#include "foreview/error.h"
#include "media/decode.h"
#include "media/track_reader.h"

namespace {

constexpr size_t kClip = 16;            // frames
constexpr double kReadFor = 4;          // seconds
constexpr double kClipsASecond = 400;   // asked for, on one core
constexpr double kBytesASecond = 60e3;  // of video, at 8 frames a second, at most

double squared_error(const foreview::Frames& a, const foreview::Frames& b) {
  double sum = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) sum += std::pow(double(a.pixels[i]) - b.pixels[i], 2);
  return sum;
}

double quality(double mean_squared_error) { return 10 * std::log10(255 * 255 / mean_squared_error); }

double clips_a_second(const std::vector<std::unique_ptr<foreview::TrackReader>>& tracks) {
  foreview::Random random(1);
  const auto start = std::chrono::steady_clock::now();
  size_t clips = 0;
  for (double seconds = 0; seconds < kReadFor;) {
    for (int i = 0; i < 50; ++i, ++clips) {
      const foreview::TrackReader& track = *tracks[random.below(tracks.size())];
      const size_t last = track.frame_count() > kClip ? track.frame_count() - kClip : 0;
      if (track.frames(random.below(last + 1), kClip).count() == 0) std::abort();
    }
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  return static_cast<double>(clips) / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "benchmark-media_store FRAMES_A_SECOND FILE...\n");
    return 2;
  }
  std::string folder = (std::filesystem::temp_directory_path() / "foreview-store-XXXXXX").string();
  if (!mkdtemp(folder.data())) return 1;
  try {
    std::vector<std::unique_ptr<foreview::TrackReader>> tracks;
    double seconds = 0, bytes = 0, sound_bytes = 0, error = 0, values = 0, worst = 1e9;
    for (int i = 2; i < argc; ++i) {
      const foreview::SamplingOptions options{.frames_per_second = std::atof(argv[1])};
      const foreview::Tracks decoded = foreview::decode_media(argv[i], options);
      if (!decoded.frames || decoded.frames->count() < 1) continue;
      const auto file = std::filesystem::path(folder) / std::to_string(i);
      foreview::write_tracks(file, decoded);
      const foreview::Frames stored = foreview::read_tracks(file).frames.value();
      const double squared = squared_error(*decoded.frames, stored);
      worst = std::min(worst, quality(squared / static_cast<double>(stored.pixels.size())));
      error += squared;
      values += static_cast<double>(stored.pixels.size());
      seconds += static_cast<double>(stored.count()) / options.frames_per_second;
      const double whole = static_cast<double>(std::filesystem::file_size(file));
      foreview::write_tracks(file,
                             {.frames = decoded.frames, .waveform = {}, .duration = decoded.duration, .notes = {}});
      const double pictures = static_cast<double>(std::filesystem::file_size(file));
      bytes += pictures;
      sound_bytes += whole - pictures;
      tracks.push_back(std::make_unique<foreview::TrackReader>(file));
    }
    const double clips = clips_a_second(tracks);
    std::printf("%zu files, %.0f s of video at %s frames a second\n", tracks.size(), seconds, argv[1]);
    std::printf("frames: %.1f kB a second (%.2f of %.0f), PSNR %.1f dB, worst file %.1f dB\n", bytes / seconds / 1e3,
                bytes / seconds / kBytesASecond, kBytesASecond / 1e3, quality(error / values), worst);
    std::printf("sound: %.1f kB a second\n", sound_bytes / seconds / 1e3);
    std::printf("clips of %zu frames read at random, one thread: %.0f a second (%.1f of %.0f)\n", kClip, clips,
                clips / kClipsASecond, kClipsASecond);
  } catch (const foreview::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  std::filesystem::remove_all(folder);
}
