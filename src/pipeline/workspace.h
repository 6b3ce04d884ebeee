#pragma once

#include <filesystem>

namespace foreview {

/// The one folder that holds everything a run makes. See docs/formats/workspace.md.
struct Workspace {
  std::filesystem::path root;

  std::filesystem::path catalog() const { return root / "catalog.sqlite"; }
  std::filesystem::path config() const { return root / "config.toml"; }
  std::filesystem::path log() const { return root / "log.jsonl"; }
  std::filesystem::path features() const { return root / "features"; }
  std::filesystem::path encoder_weights() const { return root / "pretrain" / "visual.safetensors"; }
  std::filesystem::path encoder_checkpoint() const { return root / "pretrain" / "checkpoint.safetensors"; }
  std::filesystem::path model() const { return root / "model"; }
  std::filesystem::path metrics() const { return root / "report" / "metrics.json"; }
  std::filesystem::path predictions() const { return root / "report" / "predictions.json"; }
  std::filesystem::path probe() const { return root / "report" / "probe.json"; }
  std::filesystem::path report() const { return root / "report" / "index.html"; }
};

}  // namespace foreview
