#pragma once

#include <torch/torch.h>

#include <functional>
#include <memory>
#include <string>

#include "baselines/fitted_baseline.h"

// Internal to this folder: includes torch.
namespace foreview {

/// A network that looks at a few frames of a video.
class FrameNetwork : public torch::nn::Module {
 public:
  /// frames: [batch, time, 3, height, width], about -0.5 to 0.5. Returns [batch].
  virtual at::Tensor forward(const at::Tensor& frames) = 0;
};

/// Trains a network on squared error: AdamW, a falling learning rate, videos mirrored half of the time. One of the
/// folds is left out; the epoch that is best on it is kept, and its errors are those that are told. Ends at
/// `options.time_limit` with what it has. Nothing when fewer than two training videos have pictures.
std::optional<FittedBaseline> fit_frame_network(const std::string& name,
                                                const std::function<std::shared_ptr<FrameNetwork>()>& make,
                                                const BaselineTask& task, const BaselineRows& rows,
                                                const BaselineOptions& options, uint64_t seed, const Device& device);

}  // namespace foreview
