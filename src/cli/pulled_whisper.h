#pragma once

#include <string>

#include "foreview/run.h"

namespace foreview::cli {

/// The folder of the only Whisper model that `foreview model pull` loaded. Empty when there is none; when there are several
/// a warning names them.
std::string pulled_whisper_model();

/// Where `--transcriber auto` looks for a Whisper model that nobody named: only when a data folder begins or renews the
/// workspace, so that its stages agree with each other whatever is pulled between them.
void choose_pulled_whisper(RunRequest& request);

}  // namespace foreview::cli
