#include "visual/pretraining.h"

#include "foreview/error.h"
#include "tensors/torch_errors.h"
#include "visual/autoencoder_trainer.h"
#include "visual/visual_weights.h"

namespace foreview {

PretrainResult pretrain_autoencoder(const std::vector<std::filesystem::path>& train,
                                    const std::vector<std::filesystem::path>& validation,
                                    const PretrainOptions& options, uint64_t seed, const Device& device,
                                    const std::filesystem::path& checkpoint, const std::filesystem::path& weights) {
  check_options(options, {});
  return with_torch_errors(weights, "pretraining the visual encoder", [&] {
    ClipDataset train_clips(train, options), validation_clips(validation, options);
    if (train_clips.clip_count() == 0) {
      throw Error({.problem = "no training video has a visual track, so the visual encoder cannot be pretrained",
                   .advice = "leave visual out of --use, or add videos with pictures"});
    }
    AutoencoderTrainer trainer(std::move(train_clips), std::move(validation_clips), options, seed, device);
    trainer.resume(checkpoint);
    trainer.run(checkpoint);
    const PretrainResult result = trainer.result();
    save_visual_weights(weights, {.options = options, .result = result, .tensors = trainer.model_tensors()});
    std::error_code ignored;
    std::filesystem::remove(checkpoint, ignored);
    return result;
  });
}

}  // namespace foreview
