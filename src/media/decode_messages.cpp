#include "media/decode_messages.h"

#include "core/json.h"
#include "foreview/error.h"

namespace foreview {
namespace {

using nlohmann::json;

std::string bytes_to_text(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < 0x80) {
      text += byte;
    } else {
      text += static_cast<char>(0xC0 | value >> 6);
      text += static_cast<char>(0x80 | (value & 0x3F));
    }
  }
  return text;
}

std::string text_to_bytes(const std::string& text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      bytes += text[i];
    } else if ((lead == 0xC2 || lead == 0xC3) && i + 1 < text.size()) {
      bytes += static_cast<char>((lead & 3) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3F));
    } else {
      throw Error({.problem = "a path in a worker's message holds a character that stands for no byte"});
    }
  }
  return bytes;
}

/// JSON's own exceptions about wrong members and types, turned into Error.
template <class Read>
auto parse_message(std::string_view line, const Read& read) {
  const json message = parse_json(line, {});
  try {
    return read(message);
  } catch (const json::exception& error) {
    throw Error({.problem = "a message of the decode worker is not understood", .got = error.what()});
  }
}

}  // namespace

std::string to_line(const DecodeRequest& request) {
  const SamplingOptions& options = request.options;
  return dump_json({{"file", bytes_to_text(request.file.string())},
                    {"output", bytes_to_text(request.output.string())},
                    {"options",
                     {{"frames_per_second", options.frames_per_second},
                      {"width", options.width},
                      {"height", options.height},
                      {"most_seconds", options.most_seconds},
                      {"video", options.video},
                      {"audio", options.audio}}}});
}

DecodeRequest parse_decode_request(std::string_view line) {
  return parse_message(line, [](const json& message) {
    DecodeRequest request;
    request.file = text_to_bytes(message.at("file").get<std::string>());
    request.output = text_to_bytes(message.at("output").get<std::string>());
    const json& options = message.at("options");
    request.options = {.frames_per_second = options.at("frames_per_second").get<double>(),
                       .width = options.at("width").get<int>(),
                       .height = options.at("height").get<int>(),
                       .most_seconds = options.at("most_seconds").get<double>(),
                       .video = options.at("video").get<bool>(),
                       .audio = options.at("audio").get<bool>()};
    return request;
  });
}

std::string to_line(const DecodeOutcome& outcome) {
  if (!outcome.ok) return dump_json({{"ok", false}, {"reason", outcome.reason}});
  return dump_json(
      {{"ok", true}, {"frames", outcome.has_frames}, {"waveform", outcome.has_waveform}, {"notes", outcome.notes}});
}

DecodeOutcome parse_decode_outcome(std::string_view line) {
  return parse_message(line, [](const json& message) {
    DecodeOutcome outcome;
    outcome.ok = message.at("ok").get<bool>();
    if (!outcome.ok) {
      outcome.reason = message.at("reason").get<std::string>();
      return outcome;
    }
    outcome.has_frames = message.at("frames").get<bool>();
    outcome.has_waveform = message.at("waveform").get<bool>();
    outcome.notes = message.at("notes").get<std::vector<std::string>>();
    return outcome;
  });
}

}  // namespace foreview
