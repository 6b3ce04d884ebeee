#include "baselines/frame_training.h"

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <numbers>

#include "baselines/frame_set.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "core/random.h"

namespace foreview {
namespace {

constexpr double weight_decay = 0.01, gradient_clip = 1;
constexpr size_t videos_at_once = 512;  // of the test videos, in memory

/// Weights from `seed` alone; torch's own initialisation would use its one global generator.
void initialise(FrameNetwork& network, uint64_t seed) {
  const torch::NoGradGuard no_grad;
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  for (auto& item : network.named_parameters()) {
    at::Tensor& parameter = item.value();
    if (item.key().find("bias") != std::string::npos) {
      parameter.zero_();
    } else if (parameter.dim() > 1) {
      const double inputs = static_cast<double>(parameter.numel() / parameter.size(0));
      const double gain = parameter.dim() > 2 ? 2 : 1;  // convolutions stand before rectifiers (He et al. 2015)
      parameter.copy_(torch::empty(parameter.sizes()).normal_(0, std::sqrt(gain / inputs), generator));
    }
  }
}

/// [rows, time, 3, height, width], f32.
at::Tensor frames_of(const FrameSet& set, std::span<const size_t> rows, Random* mirror) {
  const int64_t t = set.frames, h = set.height, w = set.width;
  std::vector<at::Tensor> videos;
  for (const size_t row : rows) {
    at::Tensor video = torch::from_blob(const_cast<uint8_t*>(set.videos[row].data()), {t, h, w, 3}, torch::kUInt8);
    video = video.permute({0, 3, 1, 2}).to(torch::kFloat32);
    if (mirror && mirror->uniform() < 0.5) video = video.flip(3);
    videos.push_back(video);
  }
  return torch::stack(videos).div_(255).sub_(0.5);
}

at::Tensor labels_of(const std::vector<double>& labels, std::span<const size_t> rows) {
  std::vector<float> values;
  for (const size_t row : rows) values.push_back(static_cast<float>(labels[row]));
  return torch::tensor(values);
}

/// Rows without pictures are told the mean.
std::vector<double> ask(FrameNetwork& network, const FrameSet& set, int batch, const torch::Device& device) {
  const torch::NoGradGuard no_grad;
  std::vector<double> answers(set.videos.size(), 0.0);
  std::vector<size_t> rows;
  for (size_t row = 0; row < answers.size(); ++row)
    if (set.has(row)) rows.push_back(row);
  for (size_t first = 0; first < rows.size(); first += static_cast<size_t>(batch)) {
    throw_if_interrupted();
    const auto part = std::span(rows).subspan(first, std::min(static_cast<size_t>(batch), rows.size() - first));
    const at::Tensor output = network.forward(frames_of(set, part, nullptr).to(device)).to(torch::kCPU);
    for (size_t i = 0; i < part.size(); ++i) answers[part[i]] = output[static_cast<int64_t>(i)].item<double>();
  }
  return answers;
}

/// The training of one network, with the best epoch so far.
class FrameTraining {
 public:
  FrameTraining(FrameNetwork& network, const FrameSet& set, const BaselineRows& rows, const BaselineOptions& options,
                uint64_t seed, const torch::Device& device)
      : network_(network), set_(set), rows_(rows), options_(options), device_(device), random_(seed) {
    for (size_t row = 0; row < set.videos.size(); ++row)
      if (set.has(row)) (rows.folds.of_row[row] == 0 && rows.folds.count > 1 ? left_out_ : learnt_).push_back(row);
  }

  void run(const std::string& name) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    torch::optim::AdamW optimizer(network_.parameters(),
                                  torch::optim::AdamWOptions(options_.learning_rate).weight_decay(weight_decay));
    Progress progress("train: " + name, static_cast<size_t>(options_.epochs), "epochs");
    keep_if_best();
    for (int epoch = 0; epoch < options_.epochs && !learnt_.empty(); ++epoch) {
      for (auto& group : optimizer.param_groups())
        static_cast<torch::optim::AdamWOptions&>(group.options())
            .lr(options_.learning_rate * 0.5 * (1 + std::cos(std::numbers::pi * epoch / options_.epochs)));
      train_epoch(optimizer);
      keep_if_best();
      progress.set_detail(fmt::format("squared error {:.3f} on left-out videos", best_error_));
      progress.advance();
      if (std::chrono::duration<double>(Clock::now() - start).count() > options_.time_limit) break;
    }
    restore();
  }

  /// Of the left-out rows by the best epoch.
  std::vector<double> errors() {
    const std::vector<double> answers = ask(network_, set_, options_.batch, device_);
    std::vector<double> errors;
    for (const size_t row : left_out_) errors.push_back(rows_.labels[row] - answers[row]);
    return errors;
  }

 private:
  void train_epoch(torch::optim::AdamW& optimizer) {
    random_.shuffle(std::span(learnt_));
    for (size_t first = 0; first < learnt_.size(); first += static_cast<size_t>(options_.batch)) {
      throw_if_interrupted();
      const auto part = std::span<const size_t>(learnt_).subspan(
          first, std::min(static_cast<size_t>(options_.batch), learnt_.size() - first));
      optimizer.zero_grad();
      const at::Tensor output = network_.forward(frames_of(set_, part, &random_).to(device_));
      (output - labels_of(rows_.labels, part).to(device_)).square().mean().backward();
      torch::nn::utils::clip_grad_norm_(network_.parameters(), gradient_clip);
      optimizer.step();
    }
  }

  void keep_if_best() {
    double error = 0;
    for (const double one : errors()) error += one * one / static_cast<double>(left_out_.size());
    if (!std::isfinite(error) || (!best_.empty() && error >= best_error_ && !left_out_.empty())) return;
    best_error_ = error;
    best_.clear();
    for (const at::Tensor& parameter : network_.parameters()) best_.push_back(parameter.detach().clone());
  }

  void restore() {
    const torch::NoGradGuard no_grad;
    const auto parameters = network_.parameters();
    for (size_t i = 0; i < best_.size(); ++i) parameters[i].copy_(best_[i]);
  }

  FrameNetwork& network_;
  const FrameSet& set_;
  const BaselineRows& rows_;
  const BaselineOptions& options_;
  torch::Device device_;
  Random random_;
  std::vector<size_t> learnt_, left_out_;
  std::vector<at::Tensor> best_;
  double best_error_ = 0;
};

/// Of too many videos a share, the same ones every time.
std::vector<std::filesystem::path> at_most(const BaselineTask& task, int most) {
  std::vector<std::filesystem::path> tracks = task.train_tracks;
  const double share = static_cast<double>(most) / static_cast<double>(std::max<size_t>(tracks.size(), 1));
  for (size_t row = 0; row < tracks.size(); ++row)
    if (unit_hash("baseline:" + task.train[row].features.id) >= share) tracks[row].clear();
  return tracks;
}

}  // namespace

std::optional<FittedBaseline> fit_frame_network(const std::string& name,
                                                const std::function<std::shared_ptr<FrameNetwork>()>& make,
                                                const BaselineTask& task, const BaselineRows& rows,
                                                const BaselineOptions& options, uint64_t seed, const Device& device) {
  const FrameSet train = read_frame_set(at_most(task, options.most_videos), options, "train: frames for " + name);
  size_t usable = 0;
  for (size_t row = 0; row < train.videos.size(); ++row) usable += train.has(row);
  if (usable < 2) return std::nullopt;
  const std::shared_ptr<FrameNetwork> network = make();
  initialise(*network, derive_seed(seed, "weights"));
  const torch::Device where(device.name);
  network->to(where);
  FrameTraining training(*network, train, rows, options, derive_seed(seed, "order"), where);
  training.run(name);
  FittedBaseline fitted{.predictions = {}, .errors = training.errors()};
  for (size_t first = 0; first < task.test_tracks.size(); first += videos_at_once) {
    const size_t last = std::min(first + videos_at_once, task.test_tracks.size());
    const std::vector<std::filesystem::path> part(task.test_tracks.begin() + static_cast<std::ptrdiff_t>(first),
                                                  task.test_tracks.begin() + static_cast<std::ptrdiff_t>(last));
    const FrameSet test = read_frame_set(part, options, "train: test frames for " + name);
    for (const double answer : ask(*network, test, options.batch, where)) fitted.predictions.push_back(answer);
  }
  return fitted;
}

}  // namespace foreview
