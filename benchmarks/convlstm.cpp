// Training step (forward and backward) of a ConvLSTM layer: ours against the straightforward cell, which concatenates
// input and state, convolves once a step, splits, and leaves the gates to autograd. Same LibTorch, same run,
// alternating. Prints ratios only. Setting: 32x32 maps, 16 steps, batch 8, hidden 32 and 64, f32 contiguous.
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <thread>
#include <vector>

#include "tensors/device.h"
#include "visual/convlstm_cell.h"

namespace {

using namespace foreview;

at::Tensor straightforward(const at::Tensor& x, const ConvLstmCell& cell) {
  const int64_t hidden = cell->options().hidden_channels;
  at::Tensor h = at::zeros({x.size(0), hidden, x.size(3), x.size(4)}), c = h;
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

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main() {
  configure_torch(static_cast<int>(std::thread::hardware_concurrency()));
  std::printf("%s\n", describe_torch().c_str());
  for (const int64_t hidden : {32, 64}) {
    torch::manual_seed(1);
    ConvLstmCell cell(ConvLstmOptions{.input_channels = hidden, .hidden_channels = hidden});
    const at::Tensor x = at::randn({8, 16, hidden, 32, 32}).requires_grad_(true);
    const auto step = [&](bool ours) {
      const at::Tensor outputs = ours ? cell(x).outputs : straightforward(x, cell);
      outputs.square().mean().backward();
    };
    std::vector<double> own, other;
    for (int round = 0; round < 7; ++round) {
      other.push_back(seconds([&] { step(false); }));
      own.push_back(seconds([&] { step(true); }));
    }
    const at::Tensor difference = cell(x).outputs - straightforward(x, cell);
    std::printf("hidden %ld: straightforward / ours = %.2f (largest difference of outputs %.1e)\n",
                static_cast<long>(hidden), median(other) / median(own), difference.abs().max().item<double>());
  }
}
