#pragma once

#include "dataset/split.h"
#include "pipeline/run_context.h"

namespace foreview {

/// How the run's settings want the videos split.
SplitOptions split_options(const RunConfig& config);

/// Gives each labelled video its split, with what is known of copies so far.
void assign_splits(RunContext& run);
/// What the splits depend on; equals the catalog's state of "split" when they are up to date.
std::string split_state(RunContext& run);

}  // namespace foreview
