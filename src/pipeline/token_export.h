#pragma once

#include "core/array_table.h"
#include "core/flat_rows.h"
#include "pipeline/workspace.h"

// Every embedding of a workspace, for other tools; see export.h.
namespace foreview {

FlatRows token_rows(const Workspace& work);
ArrayTable token_arrays(const Workspace& work);

}  // namespace foreview
