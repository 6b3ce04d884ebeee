#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>

#include "foreview/run.h"

// One function a command: adds itself to the program and returns nothing; its work runs when it was chosen.
namespace foreview::cli {

void add_sample_command(CLI::App& app);
void add_run_command(CLI::App& app);
void add_stage_commands(CLI::App& app);
void add_cross_validate_command(CLI::App& app);
void add_predict_command(CLI::App& app);
void add_catalog_commands(CLI::App& app);
void add_split_audit_command(CLI::App& app);
void add_probe_embeddings_command(CLI::App& app);
void add_transcribe_command(CLI::App& app);
void add_collect_command(CLI::App& app);
void add_model_command(CLI::App& app);
void add_doctor_command(CLI::App& app);
void add_probe_media_command(CLI::App& app);

/// --work, --config and the settings that `run` and the stages share, gathered into a request.
void add_run_options(CLI::App& command, RunRequest& request);

}  // namespace foreview::cli
