#pragma once

#include "evaluation/fold_scores.h"
#include "foreview/run.h"

namespace foreview {

/// How a whole set is tested.
struct CrossValidationOptions {
  int folds = 5;
  int seeds = 3;                ///< draws of the folds, and of everything else that is drawn
  bool shared_encoder = false;  ///< one visual encoder for all folds: it has seen their test videos, never a label
};

/// Tests every labelled video once a seed, each by models that were trained without it and without its author's, topic's
/// or copies' videos, as the split's kind says. A fold is a run of its own in WORK/folds with the same features folder:
/// pretraining, embedding, training and evaluation are done anew; what does not depend on labels or other videos (frames,
/// sound, transcripts) is shared. A call that was cut goes on where it was. Throws Error{usage} for a split by time.
FoldScores cross_validate(const RunRequest& request, const CrossValidationOptions& options);

}  // namespace foreview
