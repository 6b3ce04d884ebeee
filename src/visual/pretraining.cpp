#include "visual/pretraining.h"

#include <chrono>

#include "core/random.h"
#include "foreview/error.h"
#include "tensors/torch_errors.h"
#include "visual/autoencoder_trainer.h"
#include "visual/contrast_trainer.h"
#include "visual/view_readout.h"
#include "visual/visual_weights.h"

namespace foreview {
namespace {

std::function<bool()> deadline_of(double seconds) {
  if (seconds <= 0) return {};
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  return [end] { return std::chrono::steady_clock::now() >= end; };
}

// The motion encoder's part; its first weights when no two videos have two frames.
void train_motion(const std::vector<std::filesystem::path>& train, const PretrainOptions& options, uint64_t seed,
                  const Device& device, const std::filesystem::path& checkpoint, const std::function<bool()>& deadline,
                  VisualWeights& weights) {
  MotionDataset videos(train, options);
  const bool learns = videos.video_count() > 1;
  ContrastTrainer trainer(std::move(videos), options, seed, device);
  if (learns && options.contrast_steps > 0) {
    trainer.resume(checkpoint);
    trainer.run(checkpoint, deadline);
    weights.result.contrast_curve = trainer.curve();
    weights.result.out_of_time |= static_cast<int>(trainer.curve().size()) < options.contrast_steps;
  }
  MotionEncoder network = trainer.network();
  if (learns) {
    network->set_precision(Precision::f32);  // as it embeds
    fit_readout(network, trainer.videos(), options.readout_pairs, derive_seed(seed, "readout views"), device);
  }
  NamedTensors all;
  add_module_tensors(*network, motion_prefix, all);
  for (auto& [name, tensor] : all)
    if (!name.starts_with(std::string(motion_prefix) + "head")) weights.tensors[name] = tensor;
}

}  // namespace

PretrainResult pretrain_visual(const std::vector<std::filesystem::path>& train,
                               const std::vector<std::filesystem::path>& validation, const PretrainOptions& options,
                               uint64_t seed, const Device& device, const PretrainControl& control,
                               const std::filesystem::path& weights) {
  check_options(options, {});
  return with_torch_errors(weights, "pretraining the visual encoder", [&] {
    const std::function<bool()> deadline = deadline_of(control.time_limit);
    std::filesystem::path contrast_checkpoint = control.checkpoint;
    contrast_checkpoint += ".contrast";
    VisualWeights trained{.options = options, .seed = seed};
    {
      ClipDataset train_clips(train, options), validation_clips(validation, options);
      if (train_clips.clip_count() == 0) {
        throw Error({.problem = "no training video has a visual track, so the visual encoder cannot be pretrained",
                     .advice = "leave visual out of --use, or add videos with pictures"});
      }
      AutoencoderTrainer trainer(std::move(train_clips), std::move(validation_clips), options, seed, device);
      trainer.resume(control.checkpoint);
      trainer.run(control.checkpoint, deadline);
      trained.result = trainer.result();
      trained.tensors = trainer.model_tensors();
    }
    if (motion_dimension(options) > 0)
      train_motion(train, options, seed, device, contrast_checkpoint, deadline, trained);
    save_visual_weights(weights, trained);
    std::error_code ignored;
    if (!trained.result.out_of_time)
      for (const auto& file : {control.checkpoint, contrast_checkpoint}) std::filesystem::remove(file, ignored);
    return trained.result;
  });
}

}  // namespace foreview
