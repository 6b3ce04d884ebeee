#pragma once

#include <functional>
#include <optional>
#include <string>

#include "evaluation/results.h"
#include "pipeline/run_context.h"

namespace foreview {

/// What a model beside the bundle said of the test videos; nothing when there was nothing for it to read.
struct Trial {
  ModelPredictions predictions;
  size_t train = 0;  // videos it was fitted on; 0: nothing was
};

/// A trial is fitted and asked in one go and kept as WORK/trials/NAME-<fingerprint>.json; the fingerprint is of all that
/// it depends on: `settings` and what the run's models were trained with. `make` is called when it is not there yet.
Trial stored_trial(RunContext& run, const std::string& name, const std::string& settings,
                   const std::function<Trial()>& make);

}  // namespace foreview
