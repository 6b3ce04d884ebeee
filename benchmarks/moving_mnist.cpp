// Moving MNIST (Srivastava et al. 2015): ten frames in, ten frames out, by stacked ConvLSTM cells (Shi et al. 2015) on
// 4x4 patches, as OpenSTL's ConvLSTM-S is built. Prints squared and absolute error a frame (sums over its pixels, 0 to 1)
// and SSIM, beside "repeat the last frame" and "repeat the mean frame".
//   benchmark-moving_mnist IMAGES [--layers 2] [--hidden 32] [--kernel 3] [--batch 8] [--steps 400] [--rate 2e-3]
//                          [--test 200] [--seed 1] [--device auto] [--checkpoint FILE]
// The last fifth of the pictures is for the test sequences alone.
#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "core/interrupt.h"
#include "core/progress.h"
#include "foreview/error.h"
#include "sample/moving_digits.h"
#include "tensors/device.h"
#include "tensors/recorded_work.h"
#include "visual/contrast_trainer.h"
#include "visual/convlstm_cell.h"
#include "visual/training_checkpoint.h"

namespace {

using namespace foreview;

constexpr int64_t given = 10, wanted = 10;  // frames
constexpr int64_t patch = 4;                // pixels a side

struct Settings {
  std::string images, checkpoint, device = "auto";
  int64_t layers = 2, hidden = 32, kernel = 3, batch = 8;
  int steps = 400, test = 200;
  uint64_t seed = 1;
  double rate = 2e-3;
};

/// ConvLSTM layers above one another; the last one's hidden state gives the next frame's patches.
class FramePredictorImpl : public torch::nn::Module {
 public:
  explicit FramePredictorImpl(const Settings& settings) {
    int64_t channels = patch * patch;
    for (int64_t layer = 0; layer < settings.layers; ++layer) {
      cells_.push_back(register_module("cell" + std::to_string(layer),
                                       ConvLstmCell(ConvLstmOptions{.input_channels = channels,
                                                                    .hidden_channels = settings.hidden,
                                                                    .kernel_height = settings.kernel,
                                                                    .kernel_width = settings.kernel})));
      channels = settings.hidden;
    }
    head_ = register_module("head", torch::nn::Conv2d(torch::nn::Conv2dOptions(channels, patch * patch, 1)));
  }

  /// frames: [batch, given, 1, side, side]. The frames that follow each given one and, from its own answers, the
  /// wanted ones: [batch, given - 1 + wanted, 1, side, side].
  at::Tensor forward(const at::Tensor& frames) {
    at::Tensor maps = at::pixel_unshuffle(frames, patch);
    std::vector<ConvLstmState> states;
    for (ConvLstmCell& cell : cells_) {
      ConvLstmResult result = cell->forward(maps);
      maps = result.outputs;
      states.push_back(result.final_state);
    }
    std::vector<at::Tensor> answers = head_(maps.flatten(0, 1)).unflatten(0, {frames.size(0), given}).unbind(1);
    for (int64_t t = 1; t < wanted; ++t) {
      at::Tensor x = answers.back();
      for (size_t layer = 0; layer < cells_.size(); ++layer) {
        states[layer] = cells_[layer]->step(x, states[layer]);
        x = states[layer].hidden;
      }
      answers.push_back(head_(x));
    }
    return at::pixel_shuffle(at::stack(answers, 1), patch);
  }

 private:
  std::vector<ConvLstmCell> cells_;
  torch::nn::Conv2d head_{nullptr};
};
TORCH_MODULE(FramePredictor);

/// Sequences first to first + count - 1: [count, given + wanted, 1, side, side], 0 to 1.
at::Tensor sequences(const GreyImages& images, bool test, uint64_t seed, size_t first, int64_t count) {
  const MovingDigitsOptions options{.frames = static_cast<size_t>(given + wanted)};
  const size_t border = images.count - images.count / 5;
  const auto side = static_cast<int64_t>(options.side);
  at::Tensor result = at::empty({count, given + wanted, 1, side, side}, at::kByte);
  for (int64_t i = 0; i < count; ++i) {
    const std::vector<uint8_t> frames =
        moving_digits(images, test ? border : 0, test ? images.count : border, options, seed + (test ? 1 : 0),
                      first + static_cast<size_t>(i));
    std::copy(frames.begin(), frames.end(), result[i].data_ptr<uint8_t>());
  }
  return result.to(at::kFloat).div_(255);
}

/// Structural similarity (Wang et al. 2004) of pictures [n, 1, side, side] in 0 to 1, uniform windows of 7x7, sample
/// covariances; the mean of each picture, [n].
at::Tensor structural_similarity(const at::Tensor& a, const at::Tensor& b) {
  constexpr double c1 = 0.01 * 0.01, c2 = 0.03 * 0.03, unbiased = 49.0 / 48.0;
  const auto mean = [](const at::Tensor& x) { return at::avg_pool2d(x, 7, 1); };
  const at::Tensor ma = mean(a), mb = mean(b);
  const at::Tensor va = (mean(a * a) - ma * ma) * unbiased, vb = (mean(b * b) - mb * mb) * unbiased;
  const at::Tensor covariance = (mean(a * b) - ma * mb) * unbiased;
  return ((2 * ma * mb + c1) * (2 * covariance + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))).mean({1, 2, 3});
}

/// Sums over the frames seen so far.
struct Score {
  double squared = 0, absolute = 0, similarity = 0, frames = 0;

  void add(const at::Tensor& answer, const at::Tensor& truth) {
    const at::Tensor difference = answer - truth;
    squared += difference.square().sum().item<double>();
    absolute += difference.abs().sum().item<double>();
    similarity += structural_similarity(answer.flatten(0, 1), truth.flatten(0, 1)).sum().item<double>();
    frames += static_cast<double>(truth.size(0) * truth.size(1));
  }
  void print(const char* name) const {
    std::printf("%-24s %8.2f %8.2f %8.4f\n", name, squared / frames, absolute / frames, similarity / frames);
  }
};

void train(FramePredictor& network, const GreyImages& images, const Settings& settings, const at::Device& device) {
  torch::optim::AdamW optimizer(network->parameters(), torch::optim::AdamWOptions(settings.rate).weight_decay(0));
  std::vector<CurvePoint> curve;
  const std::string identity =
      "moving mnist " + std::to_string(settings.layers) + " " + std::to_string(settings.hidden) + " " +
      std::to_string(settings.kernel) + " " + std::to_string(settings.batch) + " " + std::to_string(settings.steps) +
      " " + std::to_string(settings.rate) + " " + std::to_string(settings.seed) + " " + device.str();
  const auto save = [&] {
    if (!settings.checkpoint.empty()) save_checkpoint(settings.checkpoint, identity, {*network, optimizer, curve});
  };
  if (!settings.checkpoint.empty())
    load_checkpoint(settings.checkpoint, identity, settings.steps, {*network, optimizer, curve});
  RecordedWork pass([&](const RecordedWork::Tensors& inputs) -> RecordedWork::Tensors {
    const at::Tensor& all = inputs[0];
    zero_gradients(network->parameters());
    const at::Tensor loss = at::mse_loss(network->forward(all.narrow(1, 0, given)), all.narrow(1, 1, given + wanted - 1));
    loss.backward();
    return {loss.detach()};
  });
  Progress progress("moving mnist", static_cast<size_t>(settings.steps), "steps");
  progress.advance(curve.size());
  while (static_cast<int>(curve.size()) < settings.steps) {
    if (interrupt_requested()) save();
    throw_if_interrupted();
    const int step = static_cast<int>(curve.size());
    static_cast<torch::optim::AdamWOptions&>(optimizer.param_groups().front().options())
        .lr(learning_rate_at(step, settings.steps, settings.rate));
    const at::Tensor all = sequences(images, /*test=*/false, settings.seed,
                                     static_cast<size_t>(step) * static_cast<size_t>(settings.batch), settings.batch)
                               .to(device);
    const at::Tensor loss = pass({all})[0];
    torch::nn::utils::clip_grad_norm_(network->parameters(), 1.0);
    optimizer.step();
    curve.push_back({.step = step + 1, .train_loss = loss.item<double>(), .validation_loss = std::nan("")});
    progress.set_detail("loss " + std::to_string(curve.back().train_loss));
    progress.advance();
    if ((step + 1) % 500 == 0) save();
  }
  save();
}

void evaluate(FramePredictor& network, const GreyImages& images, const Settings& settings, const at::Device& device) {
  const at::NoGradGuard no_gradients;
  Score ours, last, mean;
  for (int done = 0; done < settings.test; done += static_cast<int>(settings.batch)) {
    throw_if_interrupted();
    const int64_t count = std::min<int64_t>(settings.batch, settings.test - done);
    const at::Tensor all =
        sequences(images, /*test=*/true, settings.seed, static_cast<size_t>(done), count).to(device);
    const at::Tensor seen = all.narrow(1, 0, given), truth = all.narrow(1, given, wanted);
    ours.add(network->forward(seen).narrow(1, given - 1, wanted).clamp(0, 1), truth);
    last.add(seen.narrow(1, given - 1, 1).expand_as(truth), truth);
    mean.add(seen.mean(1, /*keepdim=*/true).expand_as(truth), truth);
  }
  std::printf("%-24s %8s %8s %8s\n", "", "MSE", "MAE", "SSIM");
  last.print("repeat the last frame");
  mean.print("repeat the mean frame");
  ours.print("ConvLSTM");
  std::printf("repeat the last frame / ConvLSTM, MSE: %.2f\n", last.squared / ours.squared);
}

void run(const Settings& settings) {
  configure_torch(static_cast<int>(std::thread::hardware_concurrency()));
  const at::Device device(resolve_device(settings.device).name);
  const GreyImages images = read_idx_images(settings.images);
  torch::manual_seed(settings.seed);
  FramePredictor network(settings);
  network->to(device);
  int64_t parameters = 0;
  for (const at::Tensor& parameter : network->parameters()) parameters += parameter.numel();
  std::printf("%s\n%.2f M parameters, %d steps of %ld sequences, %d test sequences\n", describe_torch().c_str(),
              static_cast<double>(parameters) / 1e6, settings.steps, static_cast<long>(settings.batch), settings.test);
  train(network, images, settings, device);
  evaluate(network, images, settings, device);
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  CLI::App app{"Moving MNIST: ten frames in, ten frames out"};
  app.add_option("images", settings.images, "MNIST images (IDX, plain or .gz)")->required();
  app.add_option("--layers", settings.layers)->check(CLI::Range(1, 16));
  app.add_option("--hidden", settings.hidden)->check(CLI::Range(1, 1024));
  app.add_option("--kernel", settings.kernel)->check(CLI::Range(1, 15));
  app.add_option("--batch", settings.batch)->check(CLI::Range(1, 1024));
  app.add_option("--steps", settings.steps)->check(CLI::Range(1, 10000000));
  app.add_option("--rate", settings.rate)->check(CLI::PositiveNumber);
  app.add_option("--test", settings.test)->check(CLI::Range(1, 1000000));
  app.add_option("--seed", settings.seed);
  app.add_option("--device", settings.device, "auto, cpu, cuda");
  app.add_option("--checkpoint", settings.checkpoint, "training is kept here and goes on from it");
  install_interrupt_handler();
  CLI11_PARSE(app, argc, argv);
  try {
    run(settings);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "benchmark-moving_mnist: %s\n", error.what());
    return 1;
  }
}
