#pragma once

#include <vector>

#include "pipeline/trial_store.h"

namespace foreview {

/// What the baselines that the run names say of the test videos; those that are not trained yet are trained. One that
/// has nothing to read is left out; a line says so once.
std::vector<ModelPredictions> baseline_trials(RunContext& run);

}  // namespace foreview
