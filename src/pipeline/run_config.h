#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "baselines/baseline.h"
#include "media/tracks.h"
#include "regression/forecast_model.h"
#include "transcription/transcriber.h"
#include "visual/pretraining.h"

namespace foreview {

/// Every setting of a run, resolved. The same keys stand in config.toml, on the command line and in RunRequest.
struct RunConfig {
  std::string data;                   // folder of videos and metadata, absolute
  std::string map;                    // the data's own field names, "view_count=plays,..."
  std::string join;                   // tables that say more of the records, "authors.csv:uploader_id,..."
  std::string target = "view_count";  // the number to predict
  std::string min_age;                // "7d": labels read earlier after posting are not used
  bool age_adjust = false;            // labels are told as they would have been at one age
  std::string transform = "auto";     // auto, log1p, none
  std::string split = "random";       // random, time, author, topic
  int folds = 0;                      // 2 or more: cross-validation, with fold number `fold` as the test
  int fold = 1;
  double validation_share = 0.15;  // of the labelled videos
  double test_share = 0.20;
  std::string use = "visual,audio,speech,caption,metadata";
  std::string text_model;  // a sentence-transformers folder, absolute; empty: TF-IDF
  std::string features;    // numbers of the records used by name, "width,bitrate"
  int64_t seed = 1;
  std::string device = "auto";  // auto, cpu, cuda
  int threads = 0;              // 0: one a processor
  SamplingOptions sampling;
  TranscriberOptions transcriber;
  PretrainOptions pretrain;
  double pretrain_time_limit = 0;  // seconds of one call of pretraining; 0: none
  TrainOptions train;
  std::string baselines = "xgboost_metadata";  // simple models that are trained beside, by name
  BaselineOptions baseline;
  bool ablation = false;        // each token kind left out and alone, trained anew
  bool learning_curve = false;  // 10 and 30 % of the training videos, trained anew

  std::vector<std::string> named_fields() const;

  /// Sets one key ("pretrain.steps") from text. Throws Error{usage} with the nearest keys, or the type expected.
  void set(const std::string& key, const std::string& text);
  /// All keys with their values, for messages and docs.
  std::vector<std::pair<std::string, std::string>> entries() const;

  /// Reads keys of a TOML file over the present values; unknown keys and wrong types are errors that name the file.
  void read_toml(const std::filesystem::path& file);
  std::string to_toml() const;
  /// Throws Error{usage} for values outside their range, naming the key.
  void check() const;
};

}  // namespace foreview
