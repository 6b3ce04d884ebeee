#pragma once

#include "evaluation/results.h"
#include "pipeline/run_context.h"

// The stages of a run, in order. Each checks by itself whether its work is up to date, says so and does nothing then;
// each may be killed at any moment and goes on where it was.
namespace foreview {

/// Metadata and media below config.data into the catalog: records, labels, splits.
void ingest(RunContext& run);
/// Media into sampled tracks (in worker processes) and transcripts.
void prepare(RunContext& run);
/// Prepared videos that look or sound the same are grouped, and the splits assigned anew so that none straddles them.
void group_duplicates(RunContext& run);
/// The ConvLSTM autoencoder, from scratch, on the training split, without labels.
void pretrain(RunContext& run);
/// Tracks into visual, audio and colour features.
void embed(RunContext& run);
/// All models, on the training and validation splits.
void train(RunContext& run);
/// Held-out figures into report/metrics.json.
Results evaluate_run(RunContext& run);
/// report/index.html and the model card.
void report(RunContext& run);

/// Results of the last evaluation of this workspace.
Results read_results(const Workspace& work);

}  // namespace foreview
