#pragma once

#include <string>

#include "core/array_table.h"
#include "core/flat_rows.h"
#include "dataset/catalog.h"
#include "pipeline/workspace.h"

namespace foreview {

/// The videos of a workspace. Throws Error when there is no catalog, or a run is using it.
std::vector<Video> videos_of(const Workspace& work);

/// What a workspace holds, for other tools. `what`: "records" (every field of every video), "forecasts" (what each
/// model said of each test video, on the target's scale and on the modelled one) or "tokens" (every embedding with its
/// kind and time; one row a token, its numbers as v0, v1, ...). Throws Error{usage} for others, and Error when the
/// stage that makes it has not finished.
FlatRows exported_rows(const Workspace& work, const std::string& what);

/// The same as arrays. Of tokens: `id`, `split`, `label`, `caption`, `transcript` (one entry a video), and for each
/// kind K of visual, audio, measures, colour, metadata: `K` [tokens, dimension], `K_video` [tokens] (place in `id`) and
/// `K_span` [tokens, 2] (seconds).
ArrayTable exported_arrays(const Workspace& work, const std::string& what);

}  // namespace foreview
