#include "baselines/frame_training.h"

// A small convolutional network sees each frame, a gated recurrent unit (Cho et al. 2014) reads what it saw in order.
namespace foreview {
namespace {

constexpr int64_t seen = 48, state = 64;  // numbers a frame, numbers of the recurrent state

class CnnGru : public FrameNetwork {
 public:
  CnnGru() {
    const auto convolution = [](int64_t in, int64_t out) {
      return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3).stride(2).padding(1));
    };
    first_ = register_module("first", convolution(3, 16));
    second_ = register_module("second", convolution(16, 32));
    third_ = register_module("third", convolution(32, seen));
    recurrent_ = register_module("recurrent", torch::nn::GRU(torch::nn::GRUOptions(seen, state).batch_first(true)));
    head_ = register_module("head", torch::nn::Linear(state, 1));
  }

  at::Tensor forward(const at::Tensor& frames) override {
    const int64_t batch = frames.size(0), time = frames.size(1);
    at::Tensor maps = torch::relu(first_->forward(frames.flatten(0, 1)));
    maps = torch::relu(third_->forward(torch::relu(second_->forward(maps))));
    const at::Tensor states = std::get<0>(recurrent_->forward(maps.mean({2, 3}).view({batch, time, seen})));
    return head_->forward(states.mean(1)).squeeze(1);
  }

 private:
  torch::nn::Conv2d first_{nullptr}, second_{nullptr}, third_{nullptr};
  torch::nn::GRU recurrent_{nullptr};
  torch::nn::Linear head_{nullptr};
};

}  // namespace

std::optional<FittedBaseline> fit_cnn_gru(const BaselineTask& task, const BaselineRows& rows,
                                          const BaselineOptions& options, uint64_t seed, const Device& device) {
  return fit_frame_network(
      "cnn_gru", [] { return std::make_shared<CnnGru>(); }, task, rows, options, seed, device);
}

}  // namespace foreview
