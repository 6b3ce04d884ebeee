#pragma once

#include <memory>
#include <string>
#include <vector>

#include "foreview/run.h"
#include "pipeline/run_context.h"

namespace foreview {

/// Settings of a request, resolved: defaults, then the workspace's config.toml when no data folder is named, then the
/// request's file, then its settings. Throws Error{usage}.
RunConfig resolve_config(const RunRequest& request);

/// Opens the workspace with resolved settings and writes them to its config.toml.
std::unique_ptr<RunContext> open_run(const RunRequest& request);

/// The stages' names in order: "ingest", "prepare", ..., "report".
const std::vector<std::string>& stage_names();
/// Runs one stage by its name.
void run_stage(RunContext& run, const std::string& name);

}  // namespace foreview
