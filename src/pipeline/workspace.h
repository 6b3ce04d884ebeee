#pragma once

#include <filesystem>
#include <string>

namespace foreview {

/// The one folder that holds everything a run makes. See docs/formats/workspace.md.
struct Workspace {
  std::filesystem::path root;
  std::filesystem::path shared_features = {};  // of another workspace with the same videos; empty: its own

  std::filesystem::path catalog() const { return root / "catalog.sqlite"; }
  std::filesystem::path config() const { return root / "config.toml"; }
  std::filesystem::path log() const { return root / "log.jsonl"; }
  std::filesystem::path features() const {
    return shared_features.empty() ? root / "features" : shared_features;
  }
  std::filesystem::path encoder_weights() const { return root / "pretrain" / "visual.safetensors"; }
  std::filesystem::path encoder_checkpoint() const { return root / "pretrain" / "checkpoint.safetensors"; }
  std::filesystem::path model() const { return root / "model"; }
  std::filesystem::path metrics() const { return root / "report" / "metrics.json"; }
  std::filesystem::path predictions() const { return root / "report" / "predictions.json"; }
  std::filesystem::path probe() const { return root / "report" / "probe.json"; }
  /// A workspace of its own for one fold.
  Workspace fold(int seed, int number) const {
    return {root / "folds" / ("seed-" + std::to_string(seed) + "-fold-" + std::to_string(number)), features()};
  }
  std::filesystem::path cross_validation() const { return root / "report" / "cross_validation.json"; }
  /// Predictions for every video, each by models that had not seen it.
  std::filesystem::path fold_predictions(int seed) const {
    return root / "report" / ("cross_validation-seed-" + std::to_string(seed) + ".json");
  }
  std::filesystem::path trials() const { return root / "trials"; }
  std::filesystem::path report() const { return root / "report" / "index.html"; }
};

}  // namespace foreview
