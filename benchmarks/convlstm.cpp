// Training step (forward and backward) of a ConvLSTM layer: ours against the straightforward cell, which concatenates
// input and state, convolves once a step, splits, and leaves the gates to autograd. Same LibTorch, same run,
// alternating. Prints ratios, and the share of the convolution peak: the largest rate of convolutions alone, at the same
// precision, measured in between. Setting: 32x32 maps, 16 steps, batch 8, hidden 32 and 64; gradients of all outputs are
// given, so that no loss is timed; freed memory is kept, as the program does. Without argument on the device that answers
// ("auto"); `benchmark-convlstm cpu 1` takes one thread.
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#include "core/memory.h"
#include "tensors/device.h"
#include "tensors/precision.h"
#include "visual/convlstm_cell.h"

namespace {

using namespace foreview;

constexpr int64_t batch = 8, steps = 16, size = 32;
constexpr int rounds = 9;

at::Tensor straightforward(const at::Tensor& x, const ConvLstmCell& cell) {
  const int64_t hidden = cell->options().hidden_channels;
  at::Tensor h = at::zeros({x.size(0), hidden, x.size(3), x.size(4)}, x.options()), c = h;
  std::vector<at::Tensor> outputs;
  for (int64_t t = 0; t < x.size(1); ++t) {
    const at::Tensor joined = at::cat({x.select(1, t), h}, 1);
    const std::vector<at::Tensor> z = at::conv2d(joined, cell->weight, cell->bias, 1, 1).chunk(4, 1);
    c = at::sigmoid(z[1]) * c + at::sigmoid(z[0]) * at::tanh(z[3]);
    h = at::sigmoid(z[2]) * at::tanh(c);
    outputs.push_back(h);
  }
  return at::stack(outputs, 1);
}

double seconds(const at::Device& device, const std::function<void()>& work) {
  if (device.is_cuda()) torch::cuda::synchronize();
  const auto start = std::chrono::steady_clock::now();
  work();
  if (device.is_cuda()) torch::cuda::synchronize();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Convolutions alone, channels last, as many operations a call as one forward pass of a layer; a rate in GFLOP/s.
class Peak {
 public:
  Peak(const at::Device& device, at::ScalarType type) : device_(device) {
    for (const int64_t channels : {64, 128, 256, 512}) {
      const auto options = at::TensorOptions(device).dtype(type);
      pairs_.push_back({at::randn({batch, channels, size, size}, options).contiguous(at::MemoryFormat::ChannelsLast),
                        at::randn({channels, channels, 3, 3}, options).contiguous(at::MemoryFormat::ChannelsLast)});
    }
    times_.resize(pairs_.size());
  }
  void measure() {
    const at::NoGradGuard no_gradients;
    for (size_t i = 0; i < pairs_.size(); ++i)
      times_[i].push_back(seconds(device_, [&] { at::conv2d(pairs_[i].maps, pairs_[i].weight, {}, 1, 1); }));
  }
  double rate() const {
    double best = 0;
    for (size_t i = 0; i < pairs_.size(); ++i) {
      const double channels = static_cast<double>(pairs_[i].weight.size(0));
      best = std::max(best, 2.0 * batch * size * size * 9 * channels * channels / median(times_[i]) / 1e9);
    }
    return best;
  }

 private:
  struct Pair {
    at::Tensor maps, weight;
  };
  at::Device device_;
  std::vector<Pair> pairs_;
  std::vector<std::vector<double>> times_;
};

void compare(int64_t hidden, const at::Device& device) {
  torch::manual_seed(1);
  ConvLstmCell cell(ConvLstmOptions{.input_channels = hidden, .hidden_channels = hidden});
  cell->to(device);
  const at::Tensor x = at::randn({batch, steps, hidden, size, size}, device).requires_grad_(true);
  const auto outputs_of = [&](int way) {  // 0: straightforward, 1: ours in f32, 2: in bf16
    cell->set_precision(way == 2 ? Precision::bf16 : Precision::f32);
    return way == 0 ? straightforward(x, cell) : cell(x).outputs;
  };
  const at::Tensor gradient = at::randn({batch, steps, size, size, hidden}, device).permute({0, 1, 4, 2, 3});
  std::vector<double> times[3];
  Peak f32(device, at::kFloat), bf16(device, at::kBFloat16);
  for (int round = -1; round < rounds; ++round) {  // the first one warms up
    f32.measure();
    bf16.measure();
    for (int way = 0; way < 3; ++way) {
      const double taken = seconds(device, [&] { outputs_of(way).backward(gradient); });
      x.mutable_grad() = at::Tensor();
      for (at::Tensor& parameter : cell->parameters()) parameter.mutable_grad() = at::Tensor();
      if (round >= 0) times[way].push_back(taken);
    }
  }
  // A backward pass takes two convolutions of the forward pass's size.
  const double work = 3 * 2.0 * batch * steps * size * size * 9 * 2.0 * hidden * 4.0 * hidden / 1e9;
  const at::NoGradGuard no_gradients;
  const at::Tensor exact = outputs_of(0);
  for (int way = 1; way < 3; ++way) {
    const double taken = median(times[way]);
    std::printf(
        "hidden %ld, %s: straightforward / ours %.2f; share of the convolution peak %.2f (straightforward, f32: %.2f); "
        "largest difference of outputs %.1e; %.0f clips/s\n",
        static_cast<long>(hidden), way == 1 ? "f32" : "bf16", median(times[0]) / taken,
        work / taken / (way == 1 ? f32 : bf16).rate(), work / median(times[0]) / f32.rate(),
        (outputs_of(way) - exact).abs().max().item<double>(), batch / taken);
  }
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  const Device device = resolve_device(argc > 1 ? argv[1] : "auto");
  configure_torch(argc > 2 ? std::atoi(argv[2]) : static_cast<int>(std::thread::hardware_concurrency()));
  std::printf("%s; measured on %s\n", describe_torch().c_str(), device.name.c_str());
  for (const int64_t hidden : {32, 64}) compare(hidden, at::Device(device.name));
}
