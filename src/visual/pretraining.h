#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tensors/device.h"

// Torch-free: the pipeline includes this.
namespace foreview {

/// How the visual encoder is built and trained: a ConvLSTM autoencoder of clips, and a ConvLSTM motion encoder beside
/// it, whose readout counts what differs between views of a clip for less and whose weights may learn by contrast.
/// Everything is part of its fingerprint.
struct PretrainOptions {
  int bottleneck = 256;                     // numbers in a clip's embedding
  int clip_frames = 16;                     // DESIGN: 16 consecutive sampled frames
  int clip_stride = 8;                      // frames from one clip to the next when embedding
  int input_width = 36, input_height = 64;  // pixels the encoder sees (area-averaged from the prepared frames)
  int hidden_channels = 48;                 // of the ConvLSTM state
  int future_frames = 0;                    // frames after the clip that a second decoder foretells; 0: there is none
  bool target_differences = false;          // the decoder rebuilds changes from frame to frame, not the frames
  int steps = 400;                          // optimiser steps
  int batch = 8;                            // clips a step
  double learning_rate = 2e-3;              // AdamW, cosine after a warm-up
  double weight_decay = 0.01;
  double gradient_clip = 1.0;  // global norm
  int checkpoint_every = 50;   // steps; the validation loss is measured as often
  int patience = 0;            // checks without a better validation loss after which the autoencoder stops; 0: never

  int contrast_steps = 0;    // optimiser steps of the motion encoder; 0: its first weights stay
  int contrast_batch = 12;   // videos a step; each gives two views of two clips at different speeds
  int contrast_frames = 9;   // in a view
  int motion_size = 64;      // pixels a side of the grey square that the motion encoder sees; a multiple of 8
  int motion_channels = 40;  // of its ConvLSTM state; 0: there is no motion encoder
  double contrast_learning_rate = 5e-4;
  double contrast_temperature = 0.2;  // Chen et al. 2020
  int readout_pairs = 1000;           // of views that the motion encoder's readout is learnt from; 0: there is none

  /// Of the ConvLSTM's convolutions in training: f32, bf16, or auto (bf16 where the device multiplies it fast).
  /// Embedding is always f32.
  std::string precision = "auto";

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
  double mean_frame_error = 0;         // "repeat the clip's mean frame"
  double last_frame_error = 0;         // "repeat the clip's last frame"
  double future_error = 0;             // of the frames after the clip; 0 when they are not foretold
  double future_last_frame_error = 0;  // of those frames, "repeat the clip's last frame"
  int train_clips = 0, validation_clips = 0;
  bool measured_on_validation = false;
  std::vector<CurvePoint> contrast_curve;  // NT-Xent; never measured on validation clips
  bool out_of_time = false;                // stopped by the time limit before all steps were done
};

/// Numbers of an embedding that come from the motion encoder; they follow the bottleneck's.
int motion_dimension(const PretrainOptions& options);

/// Where pretraining stands and how long it may take.
struct PretrainControl {
  /// Progress; the contrast's is kept beside it under ".contrast". Removed when all steps are done.
  std::filesystem::path checkpoint;
  double time_limit = 0;  // seconds of this call after which training stops and keeps what it has; 0: none
};

/// Trains on the clips of `train` (prepared tracks files; labels are never seen) and writes the weights with their
/// options and result to `weights` (safetensors, atomically). Goes on from the checkpoint when that fits the options;
/// on the CPU with the same loss curves bit for bit. Throws Error naming the clip's file on a loss that is no number.
PretrainResult pretrain_visual(const std::vector<std::filesystem::path>& train,
                               const std::vector<std::filesystem::path>& validation, const PretrainOptions& options,
                               uint64_t seed, const Device& device, const PretrainControl& control,
                               const std::filesystem::path& weights);

/// Result stored with the weights.
PretrainResult read_pretrain_result(const std::filesystem::path& weights);

}  // namespace foreview
