#pragma once

#include <vector>

#include "evaluation/results.h"
#include "pipeline/run_context.h"

namespace foreview {

/// The final author-free model trained anew, with everything of the run's settings but less to learn from: what the
/// settings ask for (`ablation`, `learning_curve`), each trained once and kept (trial_store.h). The test videos are
/// those of the run.
std::vector<Variant> study_trials(RunContext& run);

}  // namespace foreview
