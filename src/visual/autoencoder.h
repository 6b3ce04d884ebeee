#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "visual/clip_batch.h"
#include "visual/convlstm_cell.h"
#include "visual/pretraining.h"

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

/// ConvLSTM autoencoder over clips. A strided convolution stem and a ConvLSTM read the frames forward; their final
/// state is pressed into one vector; from that vector alone a second ConvLSTM writes the frames in reverse order
/// (Srivastava et al. 2015), so that the frames seen last, freshest in the state, are asked for first.
class AutoencoderImpl : public torch::nn::Module {
 public:
  /// Weights are drawn from a generator of their own: the same seed gives the same network.
  AutoencoderImpl(const PretrainOptions& options, uint64_t seed);

  /// The bottleneck vectors, [batch, bottleneck]: linear in the last layer, of any sign.
  at::Tensor encode(const ClipBatch& clips);
  /// [batch, bottleneck] to [batch, time, 3, height, width], last frame first, values about 0 to 1.
  /// Of `target_differences` the changes from frame to frame, the last one first, about 0.
  at::Tensor decode(const at::Tensor& bottleneck);
  /// The frames after the clip (Srivastava et al. 2015, the composite model), [batch, future, 3, height, width] in
  /// their order. Only with `future_frames`.
  at::Tensor foretell(const at::Tensor& bottleneck);

  /// Of the ConvLSTMs' convolutions; f32 at first.
  void set_precision(Precision precision);

 private:
  void initialise(uint64_t seed);
  void start_with_still_picture();
  at::Tensor stem(const at::Tensor& frames);
  at::Tensor mean_picture(const ClipBatch& clips, const at::Tensor& weights);
  at::Tensor write(const at::Tensor& start, const at::Tensor& code, ConvLstmCell& cell);
  at::Tensor still_picture(const at::Tensor& bottleneck);
  at::Tensor upsample(const at::Tensor& maps);

  struct MapSize {
    int64_t height = 0, width = 0;
  };
  PretrainOptions options_;
  std::vector<MapSize> sizes_;  // of the picture, then after each of the stem's three layers

  torch::nn::Conv2d down1_{nullptr}, down2_{nullptr}, down3_{nullptr};
  ConvLstmCell reader_{nullptr};
  // Two readings add up to the bottleneck: of the states, and of the mean frame at half size.
  torch::nn::Linear to_bottleneck_{nullptr}, still_to_bottleneck_{nullptr};
  torch::nn::Linear to_state_{nullptr};  // hidden and cell state of the writer, and the map it reads at each step
  torch::nn::Linear to_still_{nullptr};  // a still picture at half size, the same for all frames
  at::Tensor step_code_;                 // [time, writer input, 1, 1]: tells the writer which frame is due
  ConvLstmCell writer_{nullptr};
  torch::nn::Linear to_future_state_{nullptr};  // of the decoder that foretells; none without future frames
  at::Tensor future_code_;
  ConvLstmCell foreteller_{nullptr};
  torch::nn::Conv2d up1_{nullptr}, up2_{nullptr}, up3_{nullptr};
};
TORCH_MODULE(Autoencoder);

/// Squared errors of each clip, summed over picture pixels and channels of the frames that are there.
struct ClipErrors {
  at::Tensor squared;  // [batch], sums
  at::Tensor count;    // [batch], numbers summed

  at::Tensor mean() const { return squared.sum() / count.sum().clamp_min(1); }
};
/// `reconstruction`: last frame first, as decode() gives it.
ClipErrors reconstruction_errors(const at::Tensor& reconstruction, const ClipBatch& clips);
/// What decode() is held against.
ClipBatch reconstruction_target(const ClipBatch& clips, const PretrainOptions& options);
/// `foretold`: as foretell() gives it.
ClipErrors future_errors(const at::Tensor& foretold, const ClipBatch& clips);
/// Of "repeat the clip's last frame" for the frames after it.
ClipErrors future_last_frame_errors(const ClipBatch& clips);
/// Of "repeat the clip's mean frame", which sees the clip itself.
ClipErrors mean_frame_errors(const ClipBatch& clips);
/// Of "repeat the clip's last frame".
ClipErrors last_frame_errors(const ClipBatch& clips);

}  // namespace foreview
