#pragma once

#include <string>

#include "core/flat_rows.h"
#include "dataset/catalog.h"
#include "pipeline/workspace.h"

namespace foreview {

/// The videos of a workspace. Throws Error when there is no catalog, or a run is using it.
std::vector<Video> videos_of(const Workspace& work);

/// What a workspace holds, for other tools. `what`: "records" (every field of every video) or "forecasts" (what each
/// model said of each test video, on the target's scale and on the modelled one). Throws Error{usage} for others, and
/// Error when the stage that makes it has not finished.
FlatRows exported_rows(const Workspace& work, const std::string& what);

}  // namespace foreview
