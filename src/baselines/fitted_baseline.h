#pragma once

#include <optional>
#include <vector>

#include "baselines/baseline.h"
#include "regression/folds.h"

// Internal to this folder.
namespace foreview {

/// Training rows as all baselines see them.
struct BaselineRows {
  std::vector<double> labels;  // [train], standardised
  Folds folds;                 // rows that belong together stay in one
};

/// What a baseline says of the test rows, and how wrong it was on training rows that it had not seen.
struct FittedBaseline {
  std::vector<double> predictions;  // [test], standardised
  std::vector<double> errors;       // label minus prediction
};

std::optional<FittedBaseline> fit_xgboost_metadata(const BaselineTask& task, const BaselineRows& rows, uint64_t seed);
std::optional<FittedBaseline> fit_cnn_gru(const BaselineTask& task, const BaselineRows& rows,
                                          const BaselineOptions& options, uint64_t seed, const Device& device);
std::optional<FittedBaseline> fit_cnn3d(const BaselineTask& task, const BaselineRows& rows,
                                        const BaselineOptions& options, uint64_t seed, const Device& device);

}  // namespace foreview
