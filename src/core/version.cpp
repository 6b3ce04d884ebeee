#include "foreview/version.h"

namespace foreview {

const char* version() { return FOREVIEW_VERSION; }

}  // namespace foreview
