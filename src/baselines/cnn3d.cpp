#include "baselines/frame_training.h"

// Convolutions over time and space together (Tran et al. 2015), small.
namespace foreview {
namespace {

class Cnn3d : public FrameNetwork {
 public:
  Cnn3d() {
    const auto convolution = [](int64_t in, int64_t out, int64_t stride_in_time) {
      return torch::nn::Conv3d(torch::nn::Conv3dOptions(in, out, 3).stride({stride_in_time, 2, 2}).padding(1));
    };
    first_ = register_module("first", convolution(3, 12, 1));
    second_ = register_module("second", convolution(12, 24, 2));
    third_ = register_module("third", convolution(24, 48, 2));
    head_ = register_module("head", torch::nn::Linear(48, 1));
  }

  at::Tensor forward(const at::Tensor& frames) override {
    at::Tensor maps = torch::relu(first_->forward(frames.transpose(1, 2)));  // [batch, channels, time, height, width]
    maps = torch::relu(third_->forward(torch::relu(second_->forward(maps))));
    return head_->forward(maps.mean({2, 3, 4})).squeeze(1);
  }

 private:
  torch::nn::Conv3d first_{nullptr}, second_{nullptr}, third_{nullptr};
  torch::nn::Linear head_{nullptr};
};

}  // namespace

std::optional<FittedBaseline> fit_cnn3d(const BaselineTask& task, const BaselineRows& rows,
                                        const BaselineOptions& options, uint64_t seed, const Device& device) {
  return fit_frame_network(
      "cnn3d", [] { return std::make_shared<Cnn3d>(); }, task, rows, options, seed, device);
}

}  // namespace foreview
