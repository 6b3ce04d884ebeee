#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evaluation/paired_score.h"
#include "pipeline/run_context.h"

namespace foreview {

/// How embeddings are probed.
struct ProbeOptions {
  int folds = 5;              // as many at most; rows of one group stay together
  int seeds = 1;              // draws of the folds (and, with `within_folds`, of the encoder's weights)
  bool within_folds = false;  // pretrains an encoder for every fold without the test fold's videos
  size_t most_videos = 1000;  // of more labelled videos a sample is taken
  int draws = 2000;           // of the bootstrap
};

/// How well one model on one input does on held-out folds.
struct ProbeScore {
  std::string input;  // of ProbeInputs::names()
  std::string model;  // "linear" or "trees"
  double score = 0;   // mean over the seeds
};

/// What the pretrained embedding, or a half of it, gains over another input with the same model.
struct ProbeGain {
  std::string model, input, against;
  PairedGain gain;
};

/// Whether pretraining gave embeddings that are worth having.
struct EmbeddingProbe {
  std::string target;
  ScoreKind kind = ScoreKind::r_squared;
  size_t videos = 0, groups = 0;
  int folds = 0, seeds = 0;
  bool within_folds = false;
  std::vector<ProbeScore> scores;
  std::vector<ProbeGain> gains;

  /// In words: whether pretraining helped.
  std::string verdict() const;
  nlohmann::json to_json() const;
  static EmbeddingProbe from_json(const nlohmann::json& json);
  std::string table() const;
};

/// Fits a linear model (ridge; its strength, and whether it reads the whole vector, the bottleneck or the motion states
/// alone, are chosen inside the training folds) and trees to frozen embeddings of the
/// labelled videos, to those of the same network with its random first weights, to colour histograms, to motion
/// statistics and to a single frame, on one set of folds grouped by the split's group. Labels are never seen by the
/// encoder; unless `within_folds`, it has seen the pixels of the workspace's training videos.
EmbeddingProbe probe_embeddings(RunContext& run, const ProbeOptions& options);

/// The same, stored in the workspace as report/probe.json; what is there is given back when nothing has changed.
EmbeddingProbe stored_probe(RunContext& run, const ProbeOptions& options);

}  // namespace foreview
