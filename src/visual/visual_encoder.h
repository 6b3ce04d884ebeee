#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/timed_vectors.h"
#include "media/tracks.h"
#include "tensors/device.h"

// Torch-free facade over the trained autoencoder.
namespace foreview {

/// A small RGB picture.
struct Picture {
  int width = 0, height = 0;
  std::vector<uint8_t> pixels;  // [height, width, 3]
};

/// Original and reconstruction of some frames of one clip.
struct Reconstruction {
  std::vector<Picture> original, reconstructed;
};

class VisualEncoder {
 public:
  /// Loads weights written by pretrain_visual; throws Error when they do not fit.
  VisualEncoder(const std::filesystem::path& weights, const Device& device);
  ~VisualEncoder();
  VisualEncoder(VisualEncoder&&) noexcept;

  /// The same network with the random weights it had before training: what the training is held against.
  static VisualEncoder untrained(const std::filesystem::path& weights, const Device& device);

  /// Of how vectors come from frames and weights: it changes when the same weights would give other vectors.
  static std::string version();

  int dimension() const;
  /// [dimension]: 0 for numbers of the bottleneck, 1 for those of the motion encoder.
  std::vector<int> block_of_number() const;
  /// Of the weights' content and the embedding's settings: names the feature folder.
  std::string fingerprint() const;
  /// One vector a clip: the autoencoder's bottleneck, then the motion encoder's embedding, the mean over three distances
  /// (the whole picture and two middles of it). Clips start every clip_stride frames, a last short clip is padded and
  /// masked. The result depends on these frames alone.
  TimedVectors embed(const Frames& frames) const;
  /// `pictures` frames spread over the first clip.
  Reconstruction reconstruct(const Frames& frames, int pictures) const;

 private:
  struct Impl;
  explicit VisualEncoder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace foreview
