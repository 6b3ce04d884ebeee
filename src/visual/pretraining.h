#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tensors/device.h"

// Torch-free: the pipeline includes this.
namespace foreview {

/// How the ConvLSTM autoencoder is built and trained. Everything is part of its fingerprint.
struct PretrainOptions {
  int bottleneck = 256;                     // numbers in a clip's embedding
  int clip_frames = 16;                     // DESIGN: 16 consecutive sampled frames
  int clip_stride = 8;                      // frames from one clip to the next when embedding
  int input_width = 36, input_height = 64;  // pixels the encoder sees (area-averaged from the prepared frames)
  int hidden_channels = 48;                 // of the ConvLSTM state
  int steps = 400;                          // optimiser steps
  int batch = 8;                            // clips a step
  double learning_rate = 2e-3;              // AdamW, cosine after a warm-up
  double weight_decay = 0.01;
  double gradient_clip = 1.0;  // global norm
  int checkpoint_every = 50;   // steps

  std::string canonical() const;
};

struct CurvePoint {
  int step = 0;
  double train_loss = 0;
  double validation_loss = 0;  // NaN where it was not measured
};

/// What pretraining came to. Errors are mean squared errors per pixel and channel (0 to 1 scale), letterbox borders and
/// padded frames left out, on the validation clips (on the training clips when there are none).
struct PretrainResult {
  std::vector<CurvePoint> curve;
  double reconstruction_error = 0;
  double mean_frame_error = 0;  // "repeat the clip's mean frame"
  int train_clips = 0, validation_clips = 0;
  bool measured_on_validation = false;
};

/// Trains on the clips of `train` (prepared tracks files; labels are never seen) and writes the weights with their
/// options and result to `weights` (safetensors, atomically). Goes on from `checkpoint` when that file fits the
/// options; on the CPU with the same loss curve bit for bit. Throws Error naming the clip's file on a loss that is no
/// number.
PretrainResult pretrain_autoencoder(const std::vector<std::filesystem::path>& train,
                                    const std::vector<std::filesystem::path>& validation,
                                    const PretrainOptions& options, uint64_t seed, const Device& device,
                                    const std::filesystem::path& checkpoint, const std::filesystem::path& weights);

/// Result stored with the weights.
PretrainResult read_pretrain_result(const std::filesystem::path& weights);

}  // namespace foreview
