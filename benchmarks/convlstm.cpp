// Training step (forward and backward) of a ConvLSTM layer: ours against the straightforward cell, which concatenates
// input and state, convolves once a step, splits, and leaves the gates to autograd. Same LibTorch, same run,
// alternating. Prints ratios, and the share of the convolution peak: the largest rate of convolutions alone, at the
// same precision, measured in between. Setting: 32x32 maps, 16 steps, batch 8, hidden 32 and 64; gradients of all
// outputs are given, so that no loss is timed; freed memory is kept, as the program does. On a GPU also ours with its
// kernels recorded (a CUDA graph), batch 128 beside 8, and the share of the matrix peak: the rate of one product of
// 8192 x 8192 in bf16. Without argument on the device that answers ("auto"); `benchmark-convlstm cpu 1` takes one
// thread.
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
#include "tensors/recorded_work.h"
#include "visual/convlstm_cell.h"

namespace {

using namespace foreview;

constexpr int64_t steps = 16, size = 32;
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
  Peak(const at::Device& device, at::ScalarType type, int64_t batch) : device_(device), batch_(batch) {
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
      best = std::max(
          best, 2.0 * static_cast<double>(batch_) * size * size * 9 * channels * channels / median(times_[i]) / 1e9);
    }
    return best;
  }

 private:
  struct Pair {
    at::Tensor maps, weight;
  };
  at::Device device_;
  int64_t batch_;
  std::vector<Pair> pairs_;
  std::vector<std::vector<double>> times_;
};

/// Of a product of square matrices in bf16, in GFLOP/s.
double matrix_rate(const at::Device& device) {
  constexpr int64_t side = 8192;
  const at::Tensor matrix = at::randn({side, side}, at::TensorOptions(device).dtype(at::kBFloat16));
  std::vector<double> times;
  for (int round = -2; round < rounds; ++round) {
    const double taken = seconds(device, [&] { at::mm(matrix, matrix); });
    if (round >= 0) times.push_back(taken);
  }
  return 2.0 * side * side * side / median(times) / 1e9;
}

enum Way { straightforward_f32, ours_f32, ours_bf16, recorded_bf16, way_count };
constexpr const char* way_names[] = {"straightforward", "f32", "bf16", "bf16, recorded"};

void compare(int64_t hidden, int64_t batch, const at::Device& device) {
  torch::manual_seed(1);
  ConvLstmCell cell(ConvLstmOptions{.input_channels = hidden, .hidden_channels = hidden});
  cell->to(device);
  const at::Tensor x = at::randn({batch, steps, hidden, size, size}, device).requires_grad_(true);
  const at::Tensor gradient = at::randn({batch, steps, size, size, hidden}, device).permute({0, 1, 4, 2, 3});
  std::vector<at::Tensor> leaves = cell->parameters();
  leaves.push_back(x);
  const auto outputs_of = [&](int way) {
    cell->set_precision(way >= ours_bf16 ? Precision::bf16 : Precision::f32);
    return way == straightforward_f32 ? straightforward(x, cell) : cell(x).outputs;
  };
  const auto train = [&](int way) { outputs_of(way).backward(gradient); };
  RecordedWork recorded([&](const RecordedWork::Tensors&) -> RecordedWork::Tensors {
    zero_gradients(leaves);
    train(recorded_bf16);
    return {};
  });
  const int ways = device.is_cuda() ? way_count : recorded_bf16;
  std::vector<double> times[way_count];
  Peak f32(device, at::kFloat, batch), bf16(device, at::kBFloat16, batch);
  for (int round = -1; round < rounds; ++round) {  // the first one warms up
    f32.measure();
    bf16.measure();
    for (int way = 0; way < recorded_bf16; ++way) {
      const double taken = seconds(device, [&] { train(way); });
      for (at::Tensor& leaf : leaves) leaf.mutable_grad() = at::Tensor();
      if (round >= 0) times[way].push_back(taken);
    }
  }
  // By itself: gradients have to stay where they are.
  for (int round = -5; ways == way_count && round < rounds; ++round) {
    const double taken = seconds(device, [&] { recorded({x.detach()}); });
    if (round >= 0) times[recorded_bf16].push_back(taken);
  }
  // A backward pass takes two convolutions of the forward pass's size.
  const double work = 3 * 2.0 * static_cast<double>(batch) * steps * size * size * 9 * 2.0 *
                      static_cast<double>(hidden) * 4.0 * static_cast<double>(hidden) / 1e9;
  const double matrix_peak = device.is_cuda() ? matrix_rate(device) : 0;
  const at::NoGradGuard no_gradients;
  const at::Tensor exact = outputs_of(straightforward_f32);
  for (int way = ours_f32; way < ways; ++way) {
    const double taken = median(times[way]), all = median(times[straightforward_f32]);
    std::printf(
        "hidden %ld, batch %ld, %s: straightforward / ours %.2f; share of the convolution peak %.2f (straightforward, "
        "f32: %.2f); largest difference of outputs %.1e; %.0f clips/s",
        static_cast<long>(hidden), static_cast<long>(batch), way_names[way], all / taken,
        work / taken / (way == ours_f32 ? f32 : bf16).rate(), work / all / f32.rate(),
        (outputs_of(way) - exact).abs().max().item<double>(), static_cast<double>(batch) / taken);
    if (matrix_peak > 0) std::printf("; share of the bf16 matrix peak %.3f", work / taken / matrix_peak);
    std::printf("\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  const Device device = resolve_device(argc > 1 ? argv[1] : "auto");
  configure_torch(argc > 2 ? std::atoi(argv[2]) : static_cast<int>(std::thread::hardware_concurrency()));
  std::printf("%s; measured on %s\n", describe_torch().c_str(), device.name.c_str());
  for (const int64_t hidden : {32, 64}) {
    compare(hidden, 8, at::Device(device.name));
    if (device.is_cuda()) compare(hidden, 128, at::Device(device.name));
  }
}
