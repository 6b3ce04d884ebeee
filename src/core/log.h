#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace foreview {

/// Messages to people on stderr: one line each, ("warning: " in front for warn_line), never breaking a progress bar.
void info_line(const std::string& text);
void warn_line(const std::string& text);

/// From now on every line above, and every log_event, is also appended to `file` as one JSON object a line
/// ({"time","level","event"/"message",...}).
void open_log_file(const std::filesystem::path& file);
void log_event(const std::string& event, const nlohmann::json& details);

}  // namespace foreview
