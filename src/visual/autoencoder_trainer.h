#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "tensors/device.h"
#include "tensors/recorded_work.h"
#include "tensors/tensor_file.h"
#include "visual/autoencoder.h"
#include "visual/clip_dataset.h"
#include "visual/pretraining.h"

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

/// Trains one autoencoder. Each step depends on the weights, the optimiser's state and the step's number alone, so that
/// training goes on from a checkpoint bit for bit on the CPU.
class AutoencoderTrainer {
 public:
  AutoencoderTrainer(ClipDataset train, ClipDataset validation, const PretrainOptions& options, uint64_t seed,
                     const Device& device);

  /// Takes up training where `checkpoint` left it. False, and nothing changed, when there is none or it belongs to
  /// other options, videos or another seed; a damaged one is reported and left out too.
  bool resume(const std::filesystem::path& checkpoint);
  /// Runs the steps that are left; writes `checkpoint` now and then, and when the user interrupts. Stops when
  /// `deadline` (may be empty) says so, or early when the validation loss has stalled. `after_step` (may be empty) is
  /// called with the number of steps done.
  void run(const std::filesystem::path& checkpoint, const std::function<bool()>& deadline = {},
           const std::function<void(int)>& after_step = {});
  /// Curve and final errors.
  PretrainResult result();
  NamedTensors model_tensors() const;

 private:
  double train_step(int step);
  /// Loss and each clip's summed squared errors; leaves gradients. `clips`: a ClipBatch's tensors in their order.
  RecordedWork::Tensors loss_and_gradients(const RecordedWork::Tensors& clips);
  using ErrorsOf = std::function<ClipErrors(const ClipBatch&)>;
  double mean_error(const ClipDataset& data, size_t most_clips, const ErrorsOf& errors_of);
  ClipErrors own_errors(const ClipBatch& clips);
  bool has_stalled() const;
  [[noreturn]] void refuse_loss(int step, const std::vector<ClipRequest>& clips, const at::Tensor& squared);
  std::string identity() const;

  ClipDataset train_, validation_;
  PretrainOptions options_;
  uint64_t seed_;
  at::Device device_;
  Precision precision_ = Precision::f32;
  Autoencoder network_;
  std::unique_ptr<torch::optim::AdamW> optimizer_;
  RecordedWork step_{[this](const RecordedWork::Tensors& clips) { return loss_and_gradients(clips); }};
  std::vector<CurvePoint> curve_;  // one a step done
  bool out_of_time_ = false;
};

}  // namespace foreview
