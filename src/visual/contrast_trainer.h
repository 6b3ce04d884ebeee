#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tensors/device.h"
#include "tensors/tensor_file.h"
#include "visual/motion_dataset.h"
#include "visual/motion_encoder.h"
#include "visual/pretraining.h"

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

/// Trains one motion encoder by contrast. Each step depends on the weights, the optimiser's state and the step's number
/// alone, so that training goes on from a checkpoint bit for bit on the CPU.
class ContrastTrainer {
 public:
  ContrastTrainer(MotionDataset train, const PretrainOptions& options, uint64_t seed, const Device& device);

  /// As AutoencoderTrainer::resume.
  bool resume(const std::filesystem::path& checkpoint);
  /// Runs the steps that are left, or until `deadline` says so (may be empty). Throws Error naming the video on a loss
  /// that is no number.
  void run(const std::filesystem::path& checkpoint, const std::function<bool()>& deadline = {},
           const std::function<void(int)>& after_step = {});

  const std::vector<CurvePoint>& curve() const { return curve_; }
  MotionEncoder network() const { return network_; }
  const MotionDataset& videos() const { return train_; }

 private:
  double train_step(int step);
  [[noreturn]] void refuse_loss(int step, const MotionViews& views, const at::Tensor& losses);
  std::string identity() const;

  MotionDataset train_;
  PretrainOptions options_;
  uint64_t seed_;
  at::Device device_;
  Precision precision_ = Precision::f32;
  MotionEncoder network_;
  std::unique_ptr<torch::optim::AdamW> optimizer_;
  std::vector<CurvePoint> curve_;
};

/// Learning rate of a step: a short linear warm-up, then a cosine down to a twentieth (Loshchilov and Hutter 2017).
double learning_rate_at(int step, int steps, double highest);

}  // namespace foreview
