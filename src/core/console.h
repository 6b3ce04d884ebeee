#pragma once

#include <string>

// The one place that writes to stderr, shared by progress bars and messages so that neither breaks the other.
namespace foreview {

/// Whether stderr is a terminal that understands cursor movement.
bool console_is_terminal();
/// Columns of the terminal on stderr; 80 when unknown.
int console_columns();

/// One line of text; an active bar is cleared first and drawn again below it.
void console_line(const std::string& text);
/// Draws or redraws the bar of `owner` in the last line; the bar drawn last is the one that shows.
void console_show_bar(const void* owner, const std::string& text);
/// Clears the bar if it is the one of `owner`.
void console_clear_bar(const void* owner);

}  // namespace foreview
