#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "foreview/error.h"

namespace foreview {

/// What to run. `settings` are keys of config.toml ("target", "split", "pretrain.steps", ...) with their values as
/// text; docs/formats/config.md lists them.
struct RunRequest {
  std::filesystem::path data;         ///< folder of videos and metadata; empty: the one the workspace was made from
  std::filesystem::path work;         ///< workspace folder, made if missing
  std::filesystem::path config_file;  ///< optional TOML file, read before `settings`
  std::map<std::string, std::string> settings;
};

/// Where a finished run left its results.
struct RunSummary {
  std::string table;    ///< the results table for people
  std::string verdict;  ///< "skill", "no skill", "too few videos"
  std::filesystem::path model, report, metrics;
};

/// The whole job: ingest, prepare, pretrain, embed, train, evaluate, report. Stages that are up to date do nothing;
/// a run that was killed goes on where it was. Throws Error.
RunSummary run(const RunRequest& request);

}  // namespace foreview
