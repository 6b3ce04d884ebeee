#pragma once

#include "dataset/target.h"
#include "evaluation/results.h"
#include "pipeline/run_config.h"

namespace foreview {

/// What a run's settings and its target say of an evaluation; the numbers of videos are the caller's.
inline EvaluationOptions evaluation_options(const RunConfig& config, const Target& target) {
  EvaluationOptions options;
  options.target = target.name;
  options.transform = name_of(target.transform);
  options.split_kind = config.split;
  options.binary = target.binary;
  options.log1p = target.transform == Transform::log1p;
  options.seed = static_cast<uint64_t>(config.seed);
  return options;
}

}  // namespace foreview
