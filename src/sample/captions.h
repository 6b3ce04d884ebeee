#pragma once

#include <string>

#include "core/random.h"

namespace foreview {

/// A caption as people write them: neutral words and a few hashtags. Drawn apart from everything that decides views.
std::string draw_caption(Random& random);
/// One of a handful of invented authors; who posts has no effect on views.
std::string draw_author(Random& random);

}  // namespace foreview
