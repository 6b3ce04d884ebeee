#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "foreview/error.h"
#include "foreview/forecast.h"

namespace foreview {

/// What is known of a video before posting, beside the file itself. Empty fields are unknown.
struct VideoFacts {
  std::string caption;
  std::string uploader_id;
  std::map<std::string, double> numbers;  ///< fields the model was given by name (the run's `features`)
};

/// Start here: answers for videos never seen, from a model folder that `foreview run` made.
/// Not for static storage: XGBoost cannot free its trees after main has returned.
class Predictor {
 public:
  struct Options {
    std::string device = "auto";  ///< "auto", "cpu" or "cuda"
    int threads = 0;              ///< 0: one a processor
  };
  /// Throws Error when the folder is no model folder of this version.
  explicit Predictor(const std::filesystem::path& model_folder);
  Predictor(const std::filesystem::path& model_folder, const Options& options);
  ~Predictor();
  Predictor(Predictor&&) noexcept;

  /// Decodes the file in a worker process and forecasts. Throws Error when the file cannot be used at all.
  Forecast predict(const std::filesystem::path& video, const VideoFacts& facts = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace foreview
