#pragma once

namespace foreview {

/// Ctrl-C and SIGTERM set a flag; a second Ctrl-C ends the process at once. Called once, by main.
void install_interrupt_handler();
bool interrupt_requested();
/// Throws Error{kind interrupted} when asked to stop. Called between units of work (a video, a training step).
void throw_if_interrupted();

}  // namespace foreview
