#pragma once

#include <torch/torch.h>

#include <cstdint>

#include "visual/convlstm_cell.h"
#include "visual/motion_clips.h"
#include "visual/pretraining.h"

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

/// A strided convolution stem and a ConvLSTM over pairs of frames. Trained by contrast (Chen et al. 2020, NT-Xent);
/// its embedding is a linear readout of statistics of the states over space and time, not the head that the contrast is
/// taken on.
class MotionEncoderImpl : public torch::nn::Module {
 public:
  /// Weights are drawn from a generator of their own: the same seed gives the same network.
  MotionEncoderImpl(const PretrainOptions& options, uint64_t seed);

  /// [batch, 6 * hidden + 72]: of the ConvLSTM's hidden state h the mean over space and time; time mean and deviation
  /// of the space mean of |h|; time mean and maximum of the space maximum of |h|; mean |change of h| a step (`hidden`
  /// numbers each); then time mean and deviation of the space mean of the absolute values of the stem's two lower
  /// stages. Padding does not count.
  at::Tensor statistics(const MotionClips& clips);
  /// [batch, motion_dimension(options)]. A clip is read as it is and mirrored; half the sum of both readouts is what
  /// does not depend on left and right, and half the difference of their first `hidden` numbers (of the mean of h),
  /// which follow, tells which way things move. The readout changes nothing until it is set.
  at::Tensor embed(const MotionClips& clips);
  /// Statistics x become (x - mean) map in `embed`. mean: [statistics], map: [statistics, statistics].
  void set_readout(const at::Tensor& mean, const at::Tensor& map);
  /// Statistics [batch, *] to unit vectors [batch, 96] that the contrast is taken on.
  at::Tensor project(const at::Tensor& statistics);

  /// Of the ConvLSTM's convolutions; f32 at first.
  void set_precision(Precision precision) { reader_->set_precision(precision); }

 private:
  void initialise(uint64_t seed);

  int64_t hidden_;
  torch::nn::Conv2d down1_{nullptr}, down2_{nullptr}, down3_{nullptr};
  ConvLstmCell reader_{nullptr};
  torch::nn::Linear head1_{nullptr}, head2_{nullptr};
  at::Tensor readout_mean_, readout_map_;  // buffers: the optimiser does not move them
};
TORCH_MODULE(MotionEncoder);

/// NT-Xent (Chen et al. 2020, eq. 1): rows i and i + n of `views` [2n, features], unit vectors, are views of one clip;
/// all others are negatives. The loss of each row, [2n].
at::Tensor contrast_losses(const at::Tensor& views, double temperature);

}  // namespace foreview
