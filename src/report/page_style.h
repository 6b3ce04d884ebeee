#pragma once

namespace foreview {

/// The page's style sheet: system fonts, light and dark, narrow and wide screens, print.
extern const char* const kPageStyle;

}  // namespace foreview
