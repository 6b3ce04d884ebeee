#include "visual/pretraining.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <limits>

#include "core/files.h"
#include "core/safetensors.h"
#include "foreview/error.h"
#include "moving_squares.h"
#include "support/temporary_folder.h"
#include "visual/autoencoder_trainer.h"
#include "visual/contrast_trainer.h"
#include "visual/visual_encoder.h"
#include "visual/visual_weights.h"

namespace foreview {
namespace {

PretrainOptions small_options() {
  PretrainOptions options;
  options.bottleneck = 24;
  options.clip_frames = 6;
  options.clip_stride = 3;
  options.input_width = 10;
  options.input_height = 18;
  options.hidden_channels = 6;
  options.steps = 12;
  options.batch = 3;
  options.checkpoint_every = 4;
  options.contrast_steps = 6;
  options.contrast_batch = 2;
  options.contrast_frames = 4;
  options.motion_size = 16;
  options.motion_channels = 4;
  return options;
}

class Pretraining : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { configure_torch(2); }

  testing::TemporaryFolder folder_;
  PretrainOptions options_ = small_options();
  std::vector<std::filesystem::path> train_ = testing::moving_square_files(folder_.path(), 4, 8);
  std::vector<std::filesystem::path> validation_ = testing::moving_square_files(folder_.path(), 2, 8, 100);
  std::filesystem::path checkpoint_ = folder_.path() / "checkpoint.safetensors";
  std::filesystem::path weights_ = folder_.path() / "visual.safetensors";

  PretrainResult pretrain(uint64_t seed = 1) {
    return pretrain_visual(train_, validation_, options_, seed, Device{}, {.checkpoint = checkpoint_}, weights_);
  }
  // Trains up to `steps`, then dies without a word.
  void train_and_die(int steps) {
    AutoencoderTrainer trainer(ClipDataset(train_, options_), ClipDataset(validation_, options_), options_, 1,
                               Device{});
    trainer.resume(checkpoint_);
    EXPECT_THROW(trainer.run(checkpoint_, {},
                             [&](int done) {
                               if (done == steps) throw std::runtime_error("killed");
                             }),
                 std::runtime_error);
  }
  std::string weights_error() {
    try {
      VisualEncoder(weights_, Device{});
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
      EXPECT_EQ(std::string(error.what()).rfind(weights_.string(), 0), 0u) << error.what();
      return error.what();
    }
    return "no error";
  }
};

TEST_F(Pretraining, overfits_one_batch) {
  options_.steps = 200;
  options_.batch = 2;
  options_.learning_rate = 5e-3;
  options_.clip_stride = 16;  // one clip a video, always from its start
  train_ = testing::moving_square_files(folder_.path(), 2, 6, 50);
  validation_.clear();
  const PretrainResult result = pretrain();
  // The untrained network is already near the mean frame: what it has to learn is the movement.
  EXPECT_LT(result.reconstruction_error, result.mean_frame_error * 0.5);
  EXPECT_FALSE(result.measured_on_validation);
}

TEST_F(Pretraining, foretells_the_frames_after_the_clip) {
  options_.steps = 300;
  options_.batch = 2;
  options_.learning_rate = 5e-3;
  options_.clip_stride = 16;
  options_.future_frames = 3;
  options_.motion_channels = 0;
  train_ = testing::moving_square_files(folder_.path(), 2, 9, 50);
  validation_.clear();
  const PretrainResult result = pretrain();
  EXPECT_GT(result.future_error, 0.0);
  EXPECT_LT(result.future_error, result.future_last_frame_error * 0.5);
  EXPECT_EQ(read_pretrain_result(weights_).future_error, result.future_error);
}

TEST_F(Pretraining, changes_are_a_target_of_their_own) {
  options_.steps = 300;
  options_.batch = 2;
  options_.learning_rate = 5e-3;
  options_.clip_stride = 16;
  options_.target_differences = true;
  options_.motion_channels = 0;
  train_ = testing::moving_square_files(folder_.path(), 2, 6, 50);
  validation_.clear();
  const PretrainResult result = pretrain();
  EXPECT_LT(result.reconstruction_error, result.mean_frame_error * 0.8);
  const Reconstruction shown = VisualEncoder(weights_, Device{}).reconstruct(testing::moving_square(50, 6), 8);
  EXPECT_EQ(shown.original.size(), 5u) << "six frames have five changes";
}

TEST_F(Pretraining, a_killed_run_ends_with_the_same_bytes) {
  const PretrainResult straight = pretrain();
  const std::string expected = read_file(weights_);
  ASSERT_FALSE(std::filesystem::exists(checkpoint_));
  std::filesystem::remove(weights_);
  train_and_die(7);   // the checkpoint is of step 4
  train_and_die(10);  // and now of step 8
  ASSERT_TRUE(std::filesystem::exists(checkpoint_));
  pretrain();
  EXPECT_TRUE(read_file(weights_) == expected);
  EXPECT_FALSE(std::filesystem::exists(checkpoint_));
  EXPECT_EQ(straight.curve.size(), 12u);
  EXPECT_FALSE(std::isnan(straight.curve[11].validation_loss));
}

TEST_F(Pretraining, checkpoints_are_really_taken_up) {
  train_and_die(9);
  AutoencoderTrainer trainer(ClipDataset(train_, options_), ClipDataset(validation_, options_), options_, 1, Device{});
  ASSERT_TRUE(trainer.resume(checkpoint_));
  int first = 0;
  trainer.run(checkpoint_, {}, [&](int done) {
    if (first == 0) first = done;
  });
  EXPECT_EQ(first, 9);
}

TEST_F(Pretraining, foreign_and_damaged_checkpoints_are_left_out) {
  pretrain();
  const std::string expected = read_file(weights_);
  train_and_die(9);
  SafetensorsFile damaged = read_safetensors(checkpoint_);
  damaged.tensors.erase("optimizer.3.exp_avg_sq");
  write_safetensors(checkpoint_, damaged);
  pretrain();
  EXPECT_TRUE(read_file(weights_) == expected);
  write_file_atomically(checkpoint_, "no checkpoint");
  pretrain();
  EXPECT_TRUE(read_file(weights_) == expected);
  train_and_die(9);
  pretrain(/*seed=*/2);
  EXPECT_FALSE(read_file(weights_) == expected);
}

TEST_F(Pretraining, killed_contrast_ends_with_the_same_bytes) {
  options_.checkpoint_every = 2;
  const PretrainResult straight = pretrain();
  const std::string expected = read_file(weights_);
  ASSERT_EQ(straight.contrast_curve.size(), 6u);
  const std::filesystem::path own = checkpoint_.string() + ".contrast";
  ContrastTrainer killed(MotionDataset(train_, options_), options_, 1, Device{});
  EXPECT_THROW(killed.run(own, {},
                          [](int done) {
                            if (done == 5) throw std::runtime_error("killed");
                          }),
               std::runtime_error);
  ContrastTrainer again(MotionDataset(train_, options_), options_, 1, Device{});
  ASSERT_TRUE(again.resume(own));
  EXPECT_EQ(again.curve().size(), 4u);
  EXPECT_EQ(again.curve()[3].train_loss, straight.contrast_curve[3].train_loss);
  pretrain();
  EXPECT_TRUE(read_file(weights_) == expected);
  EXPECT_FALSE(std::filesystem::exists(own));
}

TEST_F(Pretraining, without_contrast_the_first_weights_get_a_readout) {
  options_.contrast_steps = 0;
  options_.steps = 1;
  EXPECT_TRUE(pretrain().contrast_curve.empty());
  NamedTensors learnt = load_visual_weights(weights_).tensors, first;
  add_module_tensors(*MotionEncoder(options_, derive_seed(1, "motion weights")), motion_prefix, first);
  EXPECT_TRUE(at::equal(learnt.at("motion.down1.weight"), first.at("motion.down1.weight")));
  EXPECT_FALSE(at::equal(learnt.at("motion.readout_map"), first.at("motion.readout_map")));
  options_.readout_pairs = 0;
  pretrain();
  learnt = load_visual_weights(weights_).tensors;
  EXPECT_TRUE(at::equal(learnt.at("motion.readout_map"), first.at("motion.readout_map")));
}

TEST_F(Pretraining, a_time_limit_keeps_what_there_is_and_training_goes_on_later) {
  pretrain();
  const std::string expected = read_file(weights_);
  const PretrainResult cut = pretrain_visual(train_, validation_, options_, 1, Device{},
                                             {.checkpoint = checkpoint_, .time_limit = 1e-9}, weights_);
  EXPECT_TRUE(cut.out_of_time);
  EXPECT_LT(cut.curve.size(), 12u);
  EXPECT_TRUE(read_pretrain_result(weights_).out_of_time);
  EXPECT_TRUE(std::filesystem::exists(checkpoint_));
  EXPECT_FALSE(pretrain().out_of_time);
  EXPECT_TRUE(read_file(weights_) == expected);
}

TEST_F(Pretraining, stops_early_when_the_validation_loss_stalls) {
  options_.steps = 400;
  options_.learning_rate = 1e-8;
  options_.weight_decay = 0;
  options_.patience = 2;
  options_.motion_channels = 0;
  EXPECT_LT(pretrain().curve.size(), 400u);
}

TEST_F(Pretraining, contrast_that_diverges_names_a_video) {
  options_.contrast_learning_rate = 1;
  options_.contrast_steps = 2000;
  options_.gradient_clip = 1e6;
  options_.weight_decay = 10;
  options_.steps = 1;
  try {
    pretrain();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("square"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("contrast_learning_rate"), std::string::npos) << error.what();
  }
}

TEST_F(Pretraining, result_is_kept_with_the_weights) {
  const PretrainResult result = pretrain(), stored = read_pretrain_result(weights_);
  EXPECT_EQ(stored.reconstruction_error, result.reconstruction_error);
  EXPECT_EQ(stored.mean_frame_error, result.mean_frame_error);
  EXPECT_EQ(stored.last_frame_error, result.last_frame_error);
  EXPECT_GT(stored.last_frame_error, stored.mean_frame_error);
  EXPECT_EQ(stored.train_clips, 8);
  EXPECT_EQ(stored.validation_clips, 4);
  EXPECT_TRUE(stored.measured_on_validation);
  ASSERT_EQ(stored.curve.size(), 12u);
  EXPECT_TRUE(std::isnan(stored.curve[0].validation_loss));
  EXPECT_EQ(stored.curve[3].validation_loss, result.curve[3].validation_loss);
}

TEST_F(Pretraining, no_pictures_at_all_is_an_error) {
  train_.clear();
  EXPECT_THROW(pretrain(), Error);
}

TEST_F(Pretraining, options_out_of_range_are_wrong_usage) {
  options_.batch = 0;
  try {
    pretrain();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(std::string(error.what()).find("pretrain.batch"), std::string::npos) << error.what();
  }
}

TEST_F(Pretraining, diverged_training_names_a_clip) {
  options_.learning_rate = 1;
  options_.steps = 2000;
  options_.gradient_clip = 1e6;
  options_.weight_decay = 10;  // each step then turns the weights over and makes them nine times larger
  try {
    pretrain();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("square"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("no finite number"), std::string::npos) << error.what();
  }
}

TEST_F(Pretraining, wrong_weights_files_are_one_line_errors) {
  EXPECT_NE(weights_error(), "no error");
  pretrain();
  const SafetensorsFile good = read_safetensors(weights_);
  const auto error_with = [&](const std::function<void(SafetensorsFile&)>& change) {
    SafetensorsFile changed = good;
    change(changed);
    write_safetensors(weights_, changed);
    return weights_error();
  };
  EXPECT_NE(error_with([](auto& file) { file.metadata["format_version"] = "1"; }).find("encoder 1"), std::string::npos);
  EXPECT_NE(error_with([](auto& file) { file.metadata.clear(); }).find("no format name"), std::string::npos);
  EXPECT_NE(error_with([](auto& file) { file.metadata["options"] = "{"; }), "no error");
  EXPECT_NE(error_with([](auto& file) { file.metadata["options"] = "[]"; }), "no error");
  EXPECT_NE(error_with([](auto& file) {
              std::string& options = file.metadata["options"];
              options.replace(options.find("\"bottleneck\":24"), 15, "\"bottleneck\":2400000000");
            }),
            "no error");
  EXPECT_NE(error_with([](auto& file) { file.tensors.erase("model.writer.weight"); }).find("model.writer.weight"),
            std::string::npos);
  EXPECT_NE(error_with([](auto& file) {
              file.tensors["model.to_bottleneck.bias"].bytes.replace(0, 4, "\0\0\x80\x7f", 4);
            }).find("no finite"),
            std::string::npos);
  EXPECT_NE(error_with([](auto& file) { file.tensors["model.extra"] = file.tensors["model.step_code"]; }), "no error");
  write_file_atomically(weights_, "PK");
  EXPECT_NE(weights_error(), "no error");
}

}  // namespace
}  // namespace foreview
